//! What Format-Table and its kin give out, and how types are shown when nobody asks for a shape.
//!
//! A Format cmdlet does not make text: it sends a [`FormatData::Start`] with its directive, one entry for each object,
//! and an end. Whoever renders (console, Out-String, Out-File) lays them out for its own width. A [`View`] is the
//! shape of a type: cmdlets register theirs beside themselves.

use std::sync::Arc;

use crate::property_expression::PropertyExpression;
use crate::signature::Text;
use crate::value::{Instance, Value};

/// The four shapes of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Format-Table.
    Table,
    /// Format-List.
    List,
    /// Format-Wide.
    Wide,
    /// Format-Custom.
    Custom,
}

/// What a Format cmdlet was asked for.
#[derive(Clone)]
pub struct Directive {
    /// The shape.
    pub shape: Shape,
    /// Property names with wildcards, script blocks, or hashtables as Format-Table takes them; empty is the default.
    pub properties: Vec<Value>,
    /// The property or expression by which rows are grouped.
    pub group_by: Option<Value>,
    /// Column widths from all rows, not only from the first ones.
    pub auto_size: bool,
    /// Long cells go on in the next line.
    pub wrap: bool,
    /// No header.
    pub hide_headers: bool,
    /// Columns of Format-Wide.
    pub columns: Option<usize>,
    /// Levels that Format-Custom goes down.
    pub depth: usize,
    /// The header again on each page of the screen.
    pub repeat_header: bool,
    /// Collections show themselves, not their items.
    pub collections: bool,
    /// Errors of calculated properties are reported.
    pub show_errors: bool,
    /// Errors of calculated properties stand in their place as `#ERR`.
    pub display_errors: bool,
    /// Objects that have a text of their own (errors) show their members too.
    pub force: bool,
    /// The name of the view that is wanted.
    pub view: Option<String>,
}

impl Directive {
    /// A shape without any wishes.
    pub fn new(shape: Shape) -> Directive {
        Directive {
            shape,
            properties: Vec::new(),
            group_by: None,
            auto_size: false,
            wrap: false,
            hide_headers: false,
            columns: None,
            depth: 5,
            repeat_header: false,
            collections: false,
            show_errors: false,
            display_errors: false,
            force: false,
            view: None,
        }
    }
}

/// One object of a format stream.
#[derive(Clone)]
pub enum FormatData {
    /// A block begins.
    Start(Arc<Directive>),
    /// An object to lay out in it.
    Entry(Value),
    /// The block ends.
    End,
}

impl FormatData {
    /// The value that carries it through a pipeline.
    pub fn into_value(self) -> Value {
        Value::instance(self)
    }

    /// What a value carries, when it is format data.
    pub fn of(value: &Value) -> Option<&FormatData> {
        value.downcast()
    }
}

impl Instance for FormatData {
    fn type_name(&self) -> Arc<str> {
        Arc::from(match self {
            FormatData::Start(_) => "Microsoft.PowerShell.Commands.Internal.Format.FormatStartData",
            FormatData::Entry(_) => "Microsoft.PowerShell.Commands.Internal.Format.FormatEntryData",
            FormatData::End => "Microsoft.PowerShell.Commands.Internal.Format.FormatEndData",
        })
    }
}

/// Where a column's text stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// Right for numbers and Booleans, else left.
    #[default]
    ByValue,
    /// Left.
    Left,
    /// In the middle.
    Center,
    /// Right.
    Right,
}

/// A column of a table view or a line of a list view.
#[derive(Clone)]
pub struct ViewColumn {
    /// The header or label.
    pub label: Text,
    /// The property that it shows.
    pub property: Text,
    /// A fixed width in columns; computed when `None`.
    pub width: Option<usize>,
    /// Where its text stands.
    pub align: Alignment,
    /// What it shows, where that is not the property as it is: a script block, a format.
    pub expression: Option<Arc<PropertyExpression>>,
}

impl ViewColumn {
    /// What it shows.
    pub fn shown(&self) -> PropertyExpression {
        match &self.expression {
            Some(expression) => (**expression).clone(),
            None => PropertyExpression::name(self.property.as_ref()),
        }
    }

    /// A left-aligned column that shows the property of its own name.
    pub fn new(label: impl Into<Text>) -> ViewColumn {
        let label = label.into();
        ViewColumn {
            property: label.clone(),
            label,
            width: None,
            align: Alignment::Left,
            expression: None,
        }
    }

    /// With a fixed width.
    #[must_use]
    pub fn width(mut self, width: usize) -> ViewColumn {
        self.width = Some(width);
        self
    }

    /// Right-aligned.
    #[must_use]
    pub fn right(mut self) -> ViewColumn {
        self.align = Alignment::Right;
        self
    }

    /// Left-aligned.
    #[must_use]
    pub fn left(mut self) -> ViewColumn {
        self.align = Alignment::Left;
        self
    }

    /// Aligned by what it shows: numbers right.
    #[must_use]
    pub fn by_value(mut self) -> ViewColumn {
        self.align = Alignment::ByValue;
        self
    }

    /// Showing another property.
    #[must_use]
    pub fn shows(mut self, property: impl Into<Text>) -> ViewColumn {
        self.property = property.into();
        self
    }
}

/// How a type is laid out.
#[derive(Clone)]
pub enum Layout {
    /// A table.
    Table(Vec<ViewColumn>),
    /// A list.
    List(Vec<ViewColumn>),
    /// These properties, as a table up to four and as a list above: DefaultDisplayPropertySet.
    Default(Vec<Text>),
    /// One line with the text of a property, between blank lines.
    Line(Text),
    /// One property of each object, in columns.
    Wide(ViewColumn, Option<usize>),
}

impl Layout {
    /// The shape that it is a layout of; `None` where it depends on the object.
    pub fn shape(&self) -> Option<Shape> {
        match self {
            Layout::Table(_) => Some(Shape::Table),
            Layout::List(_) => Some(Shape::List),
            Layout::Wide(..) => Some(Shape::Wide),
            Layout::Default(_) | Layout::Line(_) => None,
        }
    }
}

/// The shape of a type when nobody asks for one.
#[derive(Clone)]
pub struct View {
    /// The type's full name.
    pub type_name: Text,
    /// Its layout.
    pub layout: Layout,
    /// The label and property that group rows, e.g. `Directory`.
    pub group_by: Option<(Text, Text)>,
    /// Whether a table's cells take as many lines as they need.
    pub wrap: bool,
    /// What `-View` calls it; the type's name without one.
    pub name: Option<Text>,
    /// What rows are grouped by, where that is not a property as it is.
    pub group: Option<Arc<PropertyExpression>>,
    /// Whether a table's columns are as wide as all rows need.
    pub auto_size: bool,
    /// Whether a table has no header.
    pub hide_headers: bool,
    /// The type's other views, in the order in which they are looked at.
    pub others: Vec<Arc<View>>,
}

impl View {
    /// A view without any wishes.
    pub fn of(type_name: impl Into<Text>, layout: Layout) -> View {
        View {
            type_name: type_name.into(),
            layout,
            group_by: None,
            wrap: false,
            name: None,
            group: None,
            auto_size: false,
            hide_headers: false,
            others: Vec::new(),
        }
    }

    /// What `-View` calls it.
    pub fn shown_name(&self) -> &Text {
        self.name.as_ref().unwrap_or(&self.type_name)
    }

    /// The type's view of a shape, or of a name.
    pub fn find(self: &Arc<Self>, shape: Shape, name: Option<&str>) -> Option<Arc<View>> {
        let all = || std::iter::once(self).chain(&self.others);
        match name {
            Some(name) => all()
                .find(|view| view.shown_name().eq_ignore_ascii_case(name))
                .cloned(),
            None => all()
                .find(|view| view.layout.shape() == Some(shape))
                .or(Some(self))
                .cloned(),
        }
    }

    /// A table.
    pub fn table(type_name: impl Into<Text>, columns: Vec<ViewColumn>) -> View {
        View::of(type_name, Layout::Table(columns))
    }

    /// A list.
    pub fn list(type_name: impl Into<Text>, lines: Vec<ViewColumn>) -> View {
        View::of(type_name, Layout::List(lines))
    }

    /// The properties that are shown by default.
    pub fn default_properties(type_name: impl Into<Text>, names: Vec<Text>) -> View {
        View::of(type_name, Layout::Default(names))
    }

    /// The properties that it shows.
    pub fn properties(&self) -> Vec<String> {
        let names: Vec<&Text> = match &self.layout {
            Layout::Table(columns) | Layout::List(columns) => {
                columns.iter().map(|column| &column.property).collect()
            }
            Layout::Default(names) => names.iter().collect(),
            Layout::Line(name) => vec![name],
            Layout::Wide(column, _) => vec![&column.property],
        };
        names.into_iter().map(ToString::to_string).collect()
    }

    /// With all the lines of a table's cells.
    #[must_use]
    pub fn wrapped(mut self) -> View {
        self.wrap = true;
        self
    }

    /// Grouped by a property.
    #[must_use]
    pub fn grouped(mut self, label: impl Into<Text>, property: impl Into<Text>) -> View {
        self.group_by = Some((label.into(), property.into()));
        self
    }
}
