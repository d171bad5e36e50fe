//! What binding a call found out, kept for calls of the same shape.
//!
//! A call's shape is which of its arguments have names, and which names: those of a call site are the same texts in
//! memory every time. A plan says which parameter takes which argument, so that only conversion and checks are left.
//! Shapes whose binding depends on values (several parameters at a position, what is left over, splatted names) have
//! none. A function that is defined anew has a new table, and that has new plans.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{ArgumentKind, Given, Table};
use crate::value::Value;

/// How many shapes of a command are kept.
const KEPT: usize = 8;

/// One argument of a shape: its name, and whether a value hangs on that; `None` is a value by itself.
type Form = Option<(Arc<str>, bool)>;

/// Which parameter takes an argument.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// Which argument has the value; a switch that only stands there has none.
    pub(super) given: Option<usize>,
    /// The parameter.
    pub(super) at: usize,
}

/// How a shape is bound.
pub(super) struct Plan {
    /// In the order in which arguments are converted.
    pub(super) steps: Vec<Step>,
    /// The sets that remain.
    pub(super) mask: u64,
}

/// The plans of a command.
#[derive(Default)]
pub struct Plans(Mutex<Vec<(Vec<Form>, Option<Arc<Plan>>)>>);

fn fits(form: &Form, argument: &Given) -> bool {
    match (form, argument) {
        (None, Given::Value(..)) => true,
        (
            Some((name, hangs)),
            Given::Named {
                name: own,
                value,
                splatted,
                ..
            },
        ) => Arc::ptr_eq(name, own) && *hangs == value.is_some() && !splatted,
        _ => false,
    }
}

fn form_of(argument: &Given) -> Form {
    match argument {
        Given::Value(..) => None,
        Given::Named { name, value, .. } => Some((Arc::clone(name), value.is_some())),
    }
}

impl Plans {
    /// What is known of a call's shape: nothing, that it has no plan, or its plan.
    pub(super) fn find(&self, given: &[Given]) -> Option<Option<Arc<Plan>>> {
        let known = self.0.lock();
        let same = |forms: &[Form]| {
            forms.len() == given.len()
                && forms
                    .iter()
                    .zip(given)
                    .all(|(form, argument)| fits(form, argument))
        };
        known
            .iter()
            .find(|(forms, _)| same(forms))
            .map(|(_, plan)| plan.clone())
    }

    /// Whether another shape can be kept.
    pub(super) fn has_room(&self) -> bool {
        self.0.lock().len() < KEPT
    }

    fn keep(&self, forms: Vec<Form>, plan: Option<Plan>) {
        let mut known = self.0.lock();
        if known.len() < KEPT {
            known.push((forms, plan.map(Arc::new)));
        }
    }
}

/// A shape that is being bound for the first time.
pub(super) struct Draft {
    forms: Vec<Form>,
    splatted: bool,
}

impl Draft {
    /// The shape of a call.
    pub(super) fn of(given: &[Given]) -> Draft {
        Draft {
            forms: given.iter().map(form_of).collect(),
            splatted: given
                .iter()
                .any(|argument| matches!(argument, Given::Named { splatted: true, .. })),
        }
    }

    /// Keeps what binding it came to.
    pub(super) fn keep(self, table: &Table, mask: u64) {
        if self.splatted {
            return;
        }
        let plan = steps(table, &self.forms).map(|steps| Plan { steps, mask });
        table.plans.keep(self.forms, plan);
    }
}

/// Which parameters take the arguments of a shape, where no value decides about that.
fn steps(table: &Table, forms: &[Form]) -> Option<Vec<Step>> {
    let (mut steps, mut positional) = (Vec::with_capacity(forms.len()), Vec::new());
    let mut mask = table.all();
    let mut at = 0;
    while let Some(form) = forms.get(at) {
        let Some((name, hangs)) = form else {
            positional.push(at);
            at += 1;
            continue;
        };
        let parameter = table.find(name).ok()?;
        let entry = &table.parameters[parameter];
        let given = if *hangs {
            Some(at)
        } else if entry.kind == ArgumentKind::Switch {
            None
        } else {
            at += 1;
            forms.get(at)?.is_none().then_some(Some(at))?
        };
        mask &= entry.mask;
        steps.push(Step { given, at: parameter });
        at += 1;
    }
    for given in positional {
        let parameter = next_positional(table, &steps, mask)?;
        mask &= table.parameters[parameter].mask;
        steps.push(Step {
            given: Some(given),
            at: parameter,
        });
    }
    Some(steps)
}

/// The one parameter at the first free position.
fn next_positional(table: &Table, taken: &[Step], mask: u64) -> Option<usize> {
    let mut found: Option<(u16, usize)> = None;
    let mut alone = false;
    for (at, entry) in table.parameters[..table.declared].iter().enumerate() {
        if taken.iter().any(|step| step.at == at) {
            continue;
        }
        for place in entry.places_in(mask) {
            let Some(position) = place.position else { continue };
            match found {
                Some((first, known)) if first == position => alone &= known == at,
                Some((first, _)) if first < position => {}
                _ => (found, alone) = (Some((position, at)), true),
            }
        }
    }
    let (_, at) = found.filter(|_| alone)?;
    let takes_rest = table.parameters[at].places_in(mask).any(|place| place.remaining);
    (!takes_rest).then_some(at)
}

/// The value and the written text of an argument.
pub(super) fn value_of(argument: Option<&mut Given>) -> (Value, Option<Arc<str>>) {
    match argument {
        None => (Value::Switch(true), None),
        Some(Given::Value(value, text)) => (std::mem::take(value), text.take()),
        Some(Given::Named { value, .. }) => value.take().unwrap_or_default(),
    }
}
