//! A plan as text, as JSON and as Markdown.

use std::fmt::Write;

use super::{Action, EntityChange, Plan};

/// For people: `+ ~ -`, what restarts, who notices, what needs care, and a summary line.
pub fn text(plan: &Plan, colour: bool) -> String {
    let mut out = String::new();
    if plan.is_empty() {
        return "No changes: the deployment is what the document says.\n".to_owned();
    }
    for change in &plan.changes {
        entity(&mut out, change, colour);
    }
    section(
        &mut out,
        "Services",
        plan.services.iter().map(|change| {
            format!(
                "{} {} on {}: {}",
                change.action, change.role, change.computer, change.reason
            )
        }),
    );
    section(
        &mut out,
        "Users",
        plan.affected
            .iter()
            .map(|affected| format!("{} of {} {}", affected.users, affected.pool, affected.effect)),
    );
    findings(&mut out, "Take care", &plan.cautions, colour, "33");
    findings(&mut out, "Refused", &plan.refusals, colour, "31");
    let _ = writeln!(out, "\n{}", summary(plan));
    out
}

/// `Plan: 2 to add, 1 to change, 0 to remove.`
fn summary(plan: &Plan) -> String {
    let (add, change, remove) = plan.counts();
    format!("Plan: {add} to add, {change} to change, {remove} to remove.")
}

fn sign(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Add => ("+", "32"),
        Action::Change => ("~", "33"),
        Action::Remove => ("-", "31"),
    }
}

fn painted(text: &str, colour: bool, code: &str) -> String {
    if colour {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

fn title(change: &EntityChange) -> String {
    match &change.site {
        Some(site) => format!("{} {} (site {site})", change.kind, change.name),
        None if change.kind == "deployment" => change.name.clone(),
        None => format!("{} {}", change.kind, change.name),
    }
}

fn entity(out: &mut String, change: &EntityChange, colour: bool) {
    let (sign, code) = sign(change.action);
    let _ = writeln!(out, "{} {}", painted(sign, colour, code), title(change));
    if change.action == Action::Remove {
        return;
    }
    let width = change
        .fields
        .iter()
        .map(|field| field.field.chars().count())
        .max()
        .unwrap_or(0);
    for field in &change.fields {
        let value = match (&field.before, &field.after) {
            (None, Some(after)) => after.clone(),
            (Some(before), Some(after)) => format!("{before} -> {after}"),
            (Some(before), None) => format!("{before} -> not set"),
            (None, None) => continue,
        };
        let _ = writeln!(out, "    {:width$} : {value}", field.field);
    }
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    let _ = writeln!(out, "\n{title}:");
    for line in lines {
        let _ = writeln!(out, "  {line}");
    }
}

fn findings(out: &mut String, title: &str, problems: &[crate::problem::Problem], colour: bool, code: &str) {
    section(
        out,
        &painted(title, colour, code),
        problems.iter().map(|problem| {
            let hint = problem
                .hint
                .as_ref()
                .map_or_else(String::new, |hint| format!(" {hint}"));
            format!("[{}] {}{hint}", problem.rule, problem.message)
        }),
    );
}

/// For programs.
pub fn json(plan: &Plan) -> String {
    let (add, change, remove) = plan.counts();
    let mut value = serde_json::to_value(plan).expect("a plan has text keys only");
    value["summary"] = serde_json::json!({ "add": add, "change": change, "remove": remove });
    let mut text = serde_json::to_string_pretty(&value).expect("a plan has text keys only");
    text.push('\n');
    text
}

/// For a pull request.
pub fn markdown(plan: &Plan) -> String {
    let mut out = format!("### {}\n", summary(plan));
    if plan.is_empty() {
        return out;
    }
    out.push_str("\n```diff\n");
    for change in &plan.changes {
        let mut lines = String::new();
        entity(&mut lines, change, false);
        // The diff colouring of Markdown knows + and -; a change is shown with !.
        out.push_str(&lines.replacen('~', "!", usize::from(lines.starts_with('~'))));
    }
    out.push_str("```\n");
    let lists = [
        (
            "Services",
            plan.services
                .iter()
                .map(|c| format!("{} {} on `{}`: {}", c.action, c.role, c.computer, c.reason))
                .collect::<Vec<_>>(),
        ),
        (
            "Users",
            plan.affected
                .iter()
                .map(|a| format!("{} of `{}` {}", a.users, a.pool, a.effect))
                .collect(),
        ),
        ("Take care", plan.cautions.iter().map(described).collect()),
        ("Refused", plan.refusals.iter().map(described).collect()),
    ];
    for (title, lines) in lists.iter().filter(|(_, lines)| !lines.is_empty()) {
        let _ = writeln!(out, "\n**{title}**\n");
        for line in lines {
            let _ = writeln!(out, "- {line}");
        }
    }
    out
}

fn described(problem: &crate::problem::Problem) -> String {
    let hint = problem
        .hint
        .as_ref()
        .map_or_else(String::new, |hint| format!(" {hint}"));
    format!("**{}** {}{hint}", problem.rule, problem.message)
}
