//! What the formatter and other parts of the engine ask of a context while no cmdlet runs.

use super::*;

/// The context of the engine's own rendering.
pub(in crate::run) struct EngineContext<'m> {
    machine: &'m mut Machine,
    settings: Settings,
}

impl<'m> EngineContext<'m> {
    pub(in crate::run) fn new(machine: &'m mut Machine) -> Self {
        EngineContext {
            machine,
            settings: Settings::engine(),
        }
    }

    fn command(&mut self) -> CommandContext<'_> {
        CommandContext {
            machine: self.machine,
            out: Out::Null,
            id: 0,
            settings: &self.settings,
            piped: false,
        }
    }
}

impl Context for EngineContext<'_> {
    fn write(&mut self, value: Value) -> Result<()> {
        self.machine.emit(Out::Console, value)
    }

    fn write_all(&mut self, value: Value) -> Result<()> {
        self.machine.emit_all(Out::Console, value)
    }

    fn error(&mut self, record: ErrorRecord) -> Result<()> {
        self.command().error(record)
    }

    fn warning(&mut self, text: &str) -> Result<()> {
        self.command().warning(text)
    }

    fn verbose(&mut self, text: &str) -> Result<()> {
        self.command().verbose(text)
    }

    fn debug(&mut self, text: &str) -> Result<()> {
        self.command().debug(text)
    }

    fn information(&mut self, value: Value, tags: &[&str]) -> Result<()> {
        self.command().information(value, tags)
    }

    fn progress(&mut self, progress: &Progress) -> Result<()> {
        self.command().progress(progress)
    }

    fn should_process(&mut self, _: &str, _: Option<&str>) -> Result<bool> {
        Ok(true)
    }

    fn should_continue(&mut self, query: &str, caption: &str) -> Result<bool> {
        self.command().should_continue(query, caption)
    }

    fn invoke_block(
        &mut self,
        block: &Value,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        self.machine.call_found_scope(block, underscore, arguments)
    }

    fn invoke_with_this(&mut self, block: &Value, this: &Value, arguments: &[Value]) -> Result<Vec<Value>> {
        crate::members::World::call_block(&mut *self.machine, block, Some(this), None, arguments)
    }

    fn class_members(&self, value: &Value, hidden: bool) -> Option<Vec<crate::members::MemberInfo>> {
        self.machine.class_members(value, hidden)
    }

    fn defined_type(&self, name: &str) -> Option<crate::types::Type> {
        self.machine.visible_type(name)
    }

    fn invoke_guarded(
        &mut self,
        block: &Value,
        underscore: Option<Value>,
        arguments: &[Value],
    ) -> Result<Vec<Value>> {
        self.command().invoke_guarded(block, underscore, arguments)
    }

    fn invoke_script(&mut self, script: &str) -> Result<Vec<Value>> {
        self.command().invoke_script(script)
    }

    fn variable(&self, name: &str) -> Option<Value> {
        Symbol::find(name).and_then(|symbol| self.machine.read_named(symbol))
    }

    fn type_member(
        &self,
        type_names: &dyn Fn() -> Vec<Arc<str>>,
        name: &str,
    ) -> Option<(crate::value::MemberKind, Value)> {
        crate::members::World::type_member(&*self.machine, type_names, name)
    }

    fn added_members(&self, value: &Value) -> Vec<(Arc<str>, crate::value::MemberKind, Value)> {
        self.machine.added_members(value)
    }

    fn folder_drive(&self, name: &str) -> Option<Arc<str>> {
        self.machine.folder_drive(name)
    }

    fn set_variable(&mut self, name: &str, value: Value) -> Result<()> {
        self.machine.write_in(self.machine.frame, Symbol::of(name), value)
    }

    fn command_name(&self) -> &str {
        "Out-Default"
    }

    fn host(&self) -> &dyn Host {
        self.machine.host.as_ref()
    }

    fn registry(&self) -> &Registry {
        &self.machine.registry
    }

    fn check_stop(&self) -> Result<()> {
        if self.machine.stop.load(Ordering::Relaxed) {
            Err(Interrupt::Stopped)
        } else {
            Ok(())
        }
    }

    fn render(&mut self, values: &[Value], width: usize) -> Result<String> {
        self.command().render(values, width)
    }

    fn layout(&self, width: usize) -> Box<dyn RenderSession> {
        self.machine.renderer.session(width)
    }

    fn lay_out(
        &mut self,
        layout: &mut Box<dyn RenderSession>,
        width: usize,
        value: &Value,
    ) -> Result<String> {
        self.command().lay_out(layout, width, value)
    }

    fn session(&mut self) -> Option<&mut dyn Session> {
        Some(self.machine)
    }
}
