//! A page, taken apart and put together again.

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The topology that the page begins with.
    pub world: Option<String>,
    /// Whether its server runs.
    pub server: bool,
    /// Everything, in order.
    pub parts: Vec<Part>,
}

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Prose and anything else that is kept as it is, with its line ends.
    Text(String),
    /// A file for the page's folder: its name and content (fences are in the texts around it).
    File(String, String),
    /// A command of the shell and its output.
    Shell(Step),
    /// A run of the program and its output.
    Program(Step),
}

/// Something that is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The command, lines joined by line feeds.
    pub command: String,
    /// The lines as the page has them, prompts included.
    pub written: String,
    /// What it must print.
    pub output: String,
}

/// Takes a page apart.
pub fn parse(source: &str) -> Page {
    let mut page = Page::default();
    let mut lines = source.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        if let Some(comment) = line
            .trim()
            .strip_prefix("<!--")
            .and_then(|rest| rest.strip_suffix("-->"))
        {
            match comment.trim().split_once(':') {
                Some(("world", name)) => page.world = Some(name.trim().to_owned()),
                None if comment.trim() == "server" => page.server = true,
                _ => {}
            }
        }
        push_text(&mut page.parts, line);
        if !line.starts_with("```") {
            continue;
        }
        // A fence of more backticks holds output with fences in it.
        let language = line.trim_end().trim_start_matches('`');
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        let body: Vec<&str> = std::iter::from_fn(|| lines.next_if(|line| line.trim_end() != fence)).collect();
        if let Some((_, name)) = language.split_once("file=") {
            page.parts.push(Part::File(name.trim().to_owned(), body.concat()));
        } else {
            match language.trim() {
                "powershell" => steps(&mut page.parts, &body, "PS> ", Part::Shell),
                "console" => steps(&mut page.parts, &body, "$ ", Part::Program),
                _ => body.iter().for_each(|line| push_text(&mut page.parts, line)),
            }
        }
        if let Some(fence) = lines.next() {
            push_text(&mut page.parts, fence);
        }
    }
    page
}

fn push_text(parts: &mut Vec<Part>, line: &str) {
    match parts.last_mut() {
        Some(Part::Text(text)) => text.push_str(line),
        _ => parts.push(Part::Text(line.to_owned())),
    }
}

fn steps(parts: &mut Vec<Part>, body: &[&str], prompt: &str, make: fn(Step) -> Part) {
    let mut step: Option<Step> = None;
    for line in body {
        if let Some(command) = line.strip_prefix(prompt) {
            parts.extend(step.take().map(make));
            step = Some(Step {
                command: command.trim_end_matches('\n').to_owned(),
                written: (*line).to_owned(),
                output: String::new(),
            });
        } else if let Some(step) = &mut step {
            match line.strip_prefix(">> ").filter(|_| step.output.is_empty()) {
                Some(more) => {
                    step.command.push('\n');
                    step.command.push_str(more.trim_end_matches('\n'));
                    step.written.push_str(line);
                }
                None => step.output.push_str(line),
            }
        } else {
            push_text(parts, line);
        }
    }
    parts.extend(step.map(make));
}

/// Puts a page together.
pub fn print(page: &Page) -> String {
    let mut text = String::new();
    for part in &page.parts {
        match part {
            Part::Text(part) | Part::File(_, part) => text.push_str(part),
            Part::Shell(step) | Part::Program(step) => {
                text.push_str(&step.written);
                text.push_str(&step.output);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# Get-Date\n\n<!-- world: one -->\n\n```yaml file=a.yaml\nx: 1\n```\n\n```powershell\nPS> 1 +\n>> 1\n2\nPS> $null\n```\n\n```console\n$ plenum check a\n(exit code 1)\n```\n";

    #[test]
    fn a_page_comes_back_as_it_was() {
        let page = parse(SOURCE);
        assert_eq!(print(&page), SOURCE);
        assert_eq!(page.world.as_deref(), Some("one"));
        assert_eq!(
            page.parts[1],
            Part::File("a.yaml".to_owned(), "x: 1\n".to_owned())
        );
    }

    #[test]
    fn commands_and_outputs_are_told_apart() {
        let page = parse(SOURCE);
        let steps: Vec<&Step> = page
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Shell(step) | Part::Program(step) => Some(step),
                _ => None,
            })
            .collect();
        assert_eq!(
            (steps[0].command.as_str(), steps[0].output.as_str()),
            ("1 +\n1", "2\n")
        );
        assert_eq!(
            (steps[1].command.as_str(), steps[1].output.as_str()),
            ("$null", "")
        );
        assert_eq!(steps[2].output, "(exit code 1)\n");
    }
}
