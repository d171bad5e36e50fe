//! Members and method calls as running code makes them, and the world that members see.

use std::sync::Arc;

use crate::block::as_block;
use crate::error::{Category, ErrorRecord, Result};
use crate::host::Host;
use crate::members::{self, World};
use crate::program::{CallCode, Expr, MemberCode, MemberName, Target, Var};
use crate::symbol::{Symbol, SymbolMap};
use crate::types::Type;
use crate::value::Value;

use super::Machine;

impl Machine {
    /// `[ref]$x`: a reference, and which variable gets its value back when the call that took it returns.
    pub(super) fn make_reference(&mut self, target: &Target, value: Value) -> Value {
        let reference = members::reference(value);
        let place = match target {
            Target::Var(Var::Slot(_, symbol) | Var::Named(symbol) | Var::Local(symbol)) => {
                Some((self.frame as u32, *symbol))
            }
            Target::Var(Var::Global(symbol)) => Some((0, *symbol)),
            Target::Var(Var::Script(symbol)) => Some((self.script_frame() as u32, *symbol)),
            _ => None,
        };
        if let Some((frame, symbol)) = place {
            // References that no call took are forgotten when there are many.
            if self.references.len() > 64 {
                self.references.remove(0);
            }
            self.references.push((reference.clone(), frame, symbol));
        }
        reference
    }

    /// Gives the variables of references among a call's arguments their values back.
    pub(super) fn return_references(&mut self, values: &[Value]) {
        for value in values {
            let Some(reference) = value.downcast::<members::Reference>() else {
                continue;
            };
            let Some(at) = self
                .references
                .iter()
                .position(|(known, ..)| known.same_value(value))
            else {
                continue;
            };
            let (_, frame, symbol) = self.references[at].clone();
            if (frame as usize) < self.frames.len() {
                self.put_in(frame as usize, symbol, reference.get());
            }
        }
    }

    pub(super) fn eval_member(&mut self, code: &MemberCode) -> Result<Value> {
        let target = self.eval(&code.target)?;
        if target.is_null() && code.null_conditional {
            return Ok(Value::Null);
        }
        match &code.name {
            MemberName::Static(name) => self.read_member(&target, name, code.is_static),
            MemberName::Dynamic(name) => {
                let name = self.eval(name)?.to_text();
                self.read_member(&target, &name, code.is_static)
            }
        }
    }

    pub(super) fn read_member(&mut self, target: &Value, name: &str, is_static: bool) -> Result<Value> {
        if is_static {
            let of = self.type_of_operand(target)?;
            return members::static_get(&of, name, self);
        }
        if let Value::Hashtable(table) = target
            && let Ok(number) = name.parse::<i32>()
            && let Some(value) = table.get(&Value::Int(number))
        {
            return Ok(value);
        }
        if let Value::Object(object) = target
            && let Some(value) = object.get(name)
        {
            return Ok(value);
        }
        members::get(target, name, self)
    }

    fn type_of_operand(&mut self, target: &Value) -> Result<Type> {
        match target {
            Value::Type(of) => Ok(of.as_ref().clone()),
            Value::Str(name) => self.type_named(name),
            other => crate::operator::type_operand(other, self),
        }
    }

    pub(super) fn write_member(
        &mut self,
        target: &Value,
        name: &str,
        value: Value,
        is_static: bool,
    ) -> Result<()> {
        if is_static {
            let of = self.type_of_operand(target)?;
            return members::static_set(&of, name, value, self);
        }
        if let Some(assigned) = self.assigned_to_property(target, name, &value) {
            return members::set(target, name, assigned?, self);
        }
        if let Value::Object(object) = target
            && self.types.class_of(target).is_some()
            && object.member(name).is_none()
        {
            return Err(members::fault::no_property_to_set(name));
        }
        members::set(target, name, value, self)
    }

    pub(super) fn eval_call(&mut self, code: &CallCode) -> Result<Value> {
        let target = self.eval(&code.member.target)?;
        if target.is_null() && code.member.null_conditional {
            return Ok(Value::Null);
        }
        let mut arguments = Vec::with_capacity(code.arguments.len());
        for argument in &code.arguments {
            arguments.push(super::expression::no_absence(self.eval(argument)?));
        }
        let computed;
        let name: &str = match &code.member.name {
            MemberName::Static(name) => name,
            MemberName::Dynamic(name) => {
                let value = self.eval(name)?;
                if let Value::Block(_) = value {
                    return self
                        .call_block(&value, Some(&target), None, &arguments)
                        .map(Machine::as_value);
                }
                computed = value.to_text();
                &computed
            }
        };
        let result = if code.member.is_static {
            let of = self.type_of_operand(&target)?;
            if code.member.type_arguments.is_empty() {
                members::static_call(&of, name, &arguments, self)
            } else {
                let types = code.member.type_arguments.iter();
                let types: Vec<Type> = types.map(|name| self.type_named(name)).collect::<Result<_>>()?;
                members::generic_static_call(&of, name, &types, &arguments, self)
            }
        } else if let Expr::Cast(of, _) = &code.member.target
            && let Some(result) = self.call_base_method(&of.name, &target, name, &arguments)
        {
            result
        } else if let Expr::Cast(of, _) = &code.member.target
            && self
                .types
                .class_of(&target)
                .is_some_and(|class| class.derives_from_dotnet(&of.name))
        {
            // `([Base]$this).name(…)` inside the class's own method of that name.
            members::call_of_type(&target, name, &arguments, self)
        } else if let Some(result) = self.call_class_method(&target, name, &arguments) {
            result
        } else if let Some(result) = self.call_invoke_command(&target, name, &arguments) {
            result
        } else if let Some(result) = self.call_steppable(&target, name, &arguments) {
            result
        } else if let Some(result) = self.call_cmdlet_method(&target, name, &arguments) {
            result
        } else if let Value::Block(_) = &target {
            self.call_block_method(&target, name, &arguments)
        } else {
            match members::call(&target, name, &arguments, self) {
                Err(crate::error::Interrupt::Error(record)) if record.id == "MethodNotFound" => self
                    .call_engine_method(&target, name, &arguments)
                    .unwrap_or(Err(crate::error::Interrupt::Error(record))),
                result => result,
            }
        };
        self.return_references(&arguments);
        result
    }

    /// A script block's own methods.
    fn call_block_method(&mut self, target: &Value, name: &str, arguments: &[Value]) -> Result<Value> {
        match name.to_ascii_lowercase().as_str() {
            "invoke" => {
                let items =
                    self.collect(|machine, out| machine.call_value(target, arguments.to_vec(), out))?;
                Ok(Value::collection(items))
            }
            "invokereturnasis" => {
                let items =
                    self.collect(|machine, out| machine.call_value(target, arguments.to_vec(), out))?;
                Ok(Machine::as_value(items))
            }
            "invokewithcontext" => self.invoke_with_context(target, arguments),
            "getsteppablepipeline" => self.steppable(target),
            "getnewclosure" => {
                let Some(block) = as_block(target) else {
                    return Ok(Value::Null);
                };
                let mut captured = SymbolMap::default();
                let mut frame = self.frame;
                while frame != 0 {
                    for (symbol, value, _) in self.variables_in(frame) {
                        if symbol != Symbol::UNDERSCORE {
                            captured.entry(symbol).or_insert_with(|| value.clone());
                        }
                    }
                    if self.frames[frame].is_call {
                        break;
                    }
                    frame = self.frames[frame].parent as usize;
                }
                if self.frame == 0 {
                    for (symbol, value, _) in self.variables_in(0) {
                        captured.entry(symbol).or_insert_with(|| value.clone());
                    }
                }
                Ok(block.closure(captured).into_value())
            }
            _ => members::call(target, name, arguments, self),
        }
    }

    /// A value's text when it may have a ToString of its own.
    pub(super) fn object_text(&mut self, value: &Value) -> Result<String> {
        if let Some(bag) = value.bag()
            && let Some((_, crate::value::MemberKind::Method, block)) = bag.member("ToString")
        {
            let items = self.call_block(&block, Some(value), None, &[])?;
            return Ok(Machine::as_value(items).to_text());
        }
        let added = self.type_member(&|| crate::inspect::type_names(value), "ToString");
        if let Some((crate::value::MemberKind::Method, block)) = added {
            let items = self.call_block(&block, Some(value), None, &[])?;
            return Ok(Machine::as_value(items).to_text());
        }
        Ok(value.to_text())
    }
}

impl Machine {
    /// The members that Update-TypeData gave to all objects of a value's types.
    pub(super) fn added_members(&self, value: &Value) -> Vec<super::session::TypeMember> {
        if self.type_members.is_empty() {
            return Vec::new();
        }
        let names = crate::inspect::type_names(value);
        let is_of = |of: &str| names.iter().any(|name| name.eq_ignore_ascii_case(of));
        let members = self.type_members.iter().filter(|((of, _), _)| is_of(of));
        members.map(|(_, member)| member.clone()).collect()
    }
}

impl World for Machine {
    fn fresh_engine(&self, host: Arc<dyn Host>) -> Option<crate::engine::Engine> {
        Some(crate::session::Session::fresh_engine(self, Some(host)))
    }

    fn edited_line(&mut self) -> Option<&mut crate::members::edited_line::EditedLine> {
        self.line_editor.edited.as_mut()
    }

    fn restyle(&self, name: &str, escapes: &str) -> bool {
        self.renderer.restyle(name, escapes)
    }

    fn shared_host(&self) -> Option<Arc<dyn Host>> {
        Some(Arc::clone(&self.host))
    }

    fn type_member(
        &self,
        type_names: &dyn Fn() -> Vec<Arc<str>>,
        name: &str,
    ) -> Option<(crate::value::MemberKind, Value)> {
        if self.type_members.is_empty() {
            return None;
        }
        let name = name.to_lowercase();
        type_names().iter().find_map(|type_name| {
            self.type_members
                .get(&(type_name.to_lowercase(), name.clone()))
                .map(|(_, kind, member)| (*kind, member.clone()))
        })
    }

    fn host(&self) -> Option<&dyn Host> {
        Some(self.host.as_ref())
    }

    fn call_block(
        &mut self,
        block: &Value,
        this: Option<&Value>,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        if this.is_none() && arguments.is_empty() {
            return self.call_found_scope(block, underscore, &[]);
        }
        let this = this.cloned();
        self.collect(|machine, out| machine.call_with_this(block, this, underscore, arguments.to_vec(), out))
    }

    fn parse_block(&mut self, text: &str) -> Result<Value> {
        // A method's failure is wrapped by its caller, which knows it by its exception's name.
        Machine::parse_block(self, text, None).map_err(|interrupt| match interrupt {
            crate::error::Interrupt::Error(mut record) => {
                record.id = record.exception_type.to_string();
                record.fatal = false;
                record.position = None;
                crate::error::Interrupt::Error(record)
            }
            other => other,
        })
    }

    fn defined_type(&self, name: &str) -> Option<Type> {
        self.visible_type(name)
    }

    fn output_separator(&self) -> String {
        Symbol::find("ofs")
            .and_then(|symbol| self.read_named(symbol))
            .map_or_else(|| " ".to_owned(), |value| value.to_text())
    }

    fn strict_indexes(&self) -> bool {
        self.frames[self.frame].strict >= 30
    }

    fn strict(&self) -> bool {
        self.frames[self.frame].strict >= 20
    }
}

/// The error of a name that no command has.
pub(super) fn command_not_found(name: &str) -> ErrorRecord {
    let mut record = ErrorRecord::new(
        "CommandNotFoundException",
        Category::ObjectNotFound,
        format!(
            "The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program.\nCheck the \
             spelling of the name, or if a path was included, verify that the path is correct and try again."
        ),
    )
    .about(Value::str(name))
    .exception("System.Management.Automation.CommandNotFoundException");
    record.command = Some(Arc::from(name));
    record
}
