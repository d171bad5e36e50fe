//! `command &`: the pipeline as a job. Its variables are the caller's, as if they were written as `$using:name`.

use crate::ast::walk::{Node, walk};
use crate::ast::{ExprKind, VariableScope};
use crate::block::as_block;
use crate::error::Result;
use crate::program::PipelineCode;
use crate::session::{BlockCall, Session};

use super::{Machine, Out};

/// Variables that a job has of its own.
const OWN: &[&str] = &[
    "_", "psitem", "true", "false", "null", "args", "input", "this", "pid", "error",
];

impl Machine {
    /// Starts a pipeline as a job and gives the job out.
    pub(super) fn start_background(&mut self, code: &PipelineCode, out: Out) -> Result<()> {
        let source = std::sync::Arc::clone(&self.frames[self.frame].source);
        let text = source
            .slice(code.span)
            .trim_end()
            .trim_end_matches('&')
            .trim_end();
        let block = self.parse_block(text, None)?;
        let mut names: Vec<u32> = Vec::new();
        if let Some(script) = as_block(&block) {
            walk(&script.body, &mut |node| {
                if let Node::Expr(expression) = node
                    && let ExprKind::Variable(VariableScope::None, name) = &expression.kind
                    && !OWN.contains(&name.to_ascii_lowercase().as_str())
                    && script.source.slice(expression.span).starts_with('$')
                    && !script.source.slice(expression.span).starts_with("${")
                {
                    names.push(expression.span.start);
                }
            });
        }
        names.sort_unstable();
        names.dedup();
        let mut asked = String::new();
        let mut from = 0;
        for at in names {
            asked.push_str(&text[from..=at as usize]);
            asked.push_str("using:");
            from = at as usize + 1;
        }
        asked.push_str(&text[from..]);
        let block = self.parse_block(&asked, None)?;
        let call = BlockCall {
            arguments: vec![block],
            ..BlockCall::default()
        };
        let jobs = self.call_command("Start-ThreadJob", call)?;
        jobs.into_iter().try_for_each(|job| self.emit(out, job))
    }
}
