//! The prompt in a terminal, driven as a person drives it: tmux is the terminal, its pane's output says when to go on.
//! Nothing here sleeps: what is waited for arrives on a pipe, or the reader gives up with what was seen.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test drives the outside world"
)]

use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use plenum_golden::run::program;

/// How long a terminal may stay silent before a test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A terminal of 120 columns and 40 rows with a shell in it.
struct Terminal {
    name: String,
    home: PathBuf,
    /// What the shell writes, as it writes it.
    output: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn open(environment: &[&str]) -> Terminal {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "plenum-prompt-{}-{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let home = std::env::temp_dir().join(&name);
        fs::create_dir_all(&home).expect("a folder can be made");
        let pipe = home.join("output");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .is_ok_and(|status| status.success()),
            "a named pipe can be made"
        );
        let mut terminal = Terminal {
            output: reader(pipe.clone()),
            name,
            home: home.clone(),
            seen: String::new(),
        };
        let start = format!(
            "exec env -u NO_COLOR -u PLENUM_THEME -u PLENUM_STATE TERM=xterm-256color HOME={home} {extra} {program} -NoProfile",
            home = home.display(),
            extra = environment.join(" "),
            program = program().expect("the program is built").display()
        );
        // The shell starts when the pipe is connected, so that its first byte is seen too.
        let gate = format!(
            "tmux -L {0} wait-for ready; cd {1}; {start}",
            terminal.name,
            home.display()
        );
        terminal.tmux(&[
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-s",
            "t",
            "-x",
            "120",
            "-y",
            "40",
            &gate,
        ]);
        terminal.tmux(&["pipe-pane", "-t", "t", &format!("cat > {}", pipe.display())]);
        terminal.tmux(&["wait-for", "-S", "ready"]);
        terminal.wait_for("PS ");
        terminal
    }

    fn tmux(&self, arguments: &[&str]) -> Output {
        Command::new("tmux")
            .args(["-L", &self.name])
            .args(arguments)
            .output()
            .expect("tmux is installed: tests/packages.txt names it")
    }

    /// Presses keys, by the names that tmux gives them; other text is typed.
    fn press(&mut self, keys: &[&str]) {
        self.seen.clear();
        self.tmux(&[&["send-keys", "-t", "t"], keys].concat());
    }

    /// Types a line and runs it.
    fn run(&mut self, line: &str) {
        self.press(&[line, "Enter"]);
    }

    /// Goes on when the screen shows a text.
    fn wait_for(&mut self, text: &str) {
        loop {
            if self.screen().contains(text) {
                return;
            }
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("no {text:?} on the screen:\n{}", self.screen()),
            }
        }
    }

    /// Goes on when the shell has written a text since the last key, escape sequences included.
    fn wait_for_bytes(&mut self, text: &str) {
        while !self.seen.contains(text) {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("no {text:?} in {:?}", self.seen),
            }
        }
    }

    fn screen(&self) -> String {
        String::from_utf8_lossy(&self.tmux(&["capture-pane", "-p", "-t", "t"]).stdout).into_owned()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
        let _ = fs::remove_dir_all(&self.home);
    }
}

fn reader(pipe: PathBuf) -> Receiver<Vec<u8>> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let Ok(mut pipe) = fs::File::open(pipe) else {
            return;
        };
        let mut bytes = [0; 4096];
        while let Ok(count) = pipe.read(&mut bytes) {
            if count == 0 || send.send(bytes[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    receive
}

#[test]
fn ctrl_c_ends_a_running_pipeline_and_leaves_the_shell_in_order() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("'star' + 'ted'; while ($true) { }");
    terminal.wait_for("\nstarted");
    terminal.press(&["C-c"]);
    terminal.wait_for("^C");
    terminal.run("'still ' + 'here'");
    terminal.wait_for("\nstill here");
}

#[test]
fn tab_proposes_commands_with_what_they_do_and_parameters_and_enum_values() {
    let mut terminal = Terminal::open(&[]);
    terminal.press(&["Get-Hi", "Tab"]);
    terminal.wait_for("Get-History");
    terminal.press(&["C-u"]);
    terminal.press(&["Get-Ali", "Tab"]);
    terminal.wait_for("Get-Alias");
    terminal.press(&["C-u"]);
    terminal.press(&["Set-Variable x -Option Re", "Tab"]);
    terminal.wait_for("-Option ReadOnly");
    terminal.press(&["C-u"]);
    terminal.press(&["Write-Progress -", "Tab"]);
    terminal.wait_for("SecondsRemaining");
}

#[test]
fn what_is_typed_is_coloured_and_no_color_leaves_it_plain() {
    let mut terminal = Terminal::open(&[]);
    terminal.press(&["Get-Date", "Space"]);
    terminal.wait_for_bytes("\u{1b}[93m");
    let mut plain = Terminal::open(&["NO_COLOR=1"]);
    plain.run("'no ' + 'colours'");
    plain.wait_for("\nno colours");
    assert!(!plain.seen.contains("\u{1b}[93m"), "{:?}", plain.seen);
}

#[test]
fn a_theme_changes_the_colour_of_commands() {
    let mut terminal = Terminal::open(&["PLENUM_THEME=command=blue"]);
    terminal.press(&["Get-Date", "Space"]);
    terminal.wait_for_bytes("\u{1b}[34m");
}

#[test]
fn an_open_block_asks_for_more_lines() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("if ($true) {");
    terminal.wait_for("\n>>");
    terminal.run("'in' + 'side'");
    terminal.run("}");
    terminal.wait_for("\ninside");
}

#[test]
fn ctrl_r_finds_a_line_of_the_history() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("'first ' + 'line'");
    terminal.wait_for("\nfirst line");
    terminal.run("'second ' + 'line'");
    terminal.wait_for("\nsecond line");
    terminal.press(&["C-r"]);
    terminal.wait_for("history search");
    terminal.press(&["first"]);
    terminal.wait_for("(history search: first) 'first ' + 'line'");
}

#[test]
fn pasted_lines_wait_for_enter() {
    let mut terminal = Terminal::open(&[]);
    terminal.tmux(&["set-buffer", "'pas' + 'ted'\n'tw' + 'ice'"]);
    terminal.seen.clear();
    terminal.tmux(&["paste-buffer", "-p", "-t", "t"]);
    terminal.wait_for(">> 'tw' + 'ice'");
    assert!(!terminal.screen().contains("\npasted"), "{}", terminal.screen());
    terminal.press(&["Enter"]);
    terminal.wait_for("\npasted\ntwice");
}

#[test]
fn f1_and_a_question_mark_show_the_manual() {
    let mut terminal = Terminal::open(&["PAGER=head"]);
    terminal.run("Get-Unique -?");
    terminal.wait_for("NAME\n    Get-Unique");
    terminal.press(&["C-l"]);
    terminal.press(&["Get-Culture", "F1"]);
    terminal.wait_for("NAME\n    Get-Culture");
}

#[test]
fn progress_goes_away_with_its_pipeline() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("Write-Progress 'Copying' 'half' -PercentComplete 50; 'en' + 'ded'");
    terminal.wait_for("\nended");
    terminal.run("'af' + 'ter'");
    terminal.wait_for("\nafter");
    assert!(!terminal.screen().contains("50% half"), "{}", terminal.screen());
}

#[test]
fn tables_are_as_wide_as_the_terminal() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("[pscustomobject]@{ Wide = 'x' * 300 } | Format-Table");
    terminal.wait_for("x\u{2026}");
    assert!(terminal.screen().lines().any(|line| line.chars().count() == 119));
}

#[test]
fn tab_completes_a_part_of_a_word_and_leaves_the_rest() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("$thing = [pscustomobject]@{ Title = 'one'; Weight = 2 }");
    terminal.press(&["$thing.Wei", "Tab"]);
    terminal.wait_for("$thing.Weight");
    terminal.press(&["C-u"]);
    terminal.press(&["[System.Glob", "Tab"]);
    terminal.wait_for("[System.Globalization");
    terminal.press(&["C-u"]);
    terminal.press(&["$thing | Select-Object Ti", "Tab"]);
    terminal.wait_for("Select-Object Title");
    terminal.press(&["C-u"]);
    terminal.press(&["$thing | Format-Table @{", "Tab"]);
    terminal.wait_for("FormatString");
}

#[test]
fn tab_quotes_a_path_with_blanks() {
    let mut terminal = Terminal::open(&[]);
    std::fs::create_dir(terminal.home.join("two words")).expect("a folder can be made");
    terminal.press(&["cd two", "Tab"]);
    terminal.wait_for("cd './two words'");
}

#[test]
fn vi_mode_edits_with_commands_and_a_colon_tells_it() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("Set-PSReadLineOption -EditMode Vi");
    terminal.run("'vi ' + 'is on'");
    terminal.wait_for("\nvi is on\nPS ");
    terminal.press(&["'wrong'"]);
    terminal.wait_for("> 'wrong'");
    terminal.press(&["Escape"]);
    terminal.wait_for("> : 'wrong'");
    terminal.press(&["0", "C", "'ri' + 'ght'", "Enter"]);
    terminal.wait_for("\nright");
}

#[test]
fn a_key_does_what_a_session_says() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("Set-PSReadLineKeyHandler -Chord Ctrl+g -Function DeleteLine; 'bo' + 'und'");
    terminal.wait_for("\nbound");
    terminal.press(&["'gone'", "C-g", "'st' + 'ays'", "Enter"]);
    terminal.wait_for("\nstays");
}

#[test]
fn a_key_runs_a_script_block_on_the_line() {
    let mut terminal = Terminal::open(&[]);
    terminal.run(
        "Set-PSReadLineKeyHandler -Chord Ctrl+g -ScriptBlock { $l = ''; $c = 0; \
         [Microsoft.PowerShell.PSConsoleReadLine]::GetBufferState([ref]$l, [ref]$c); \
         [Microsoft.PowerShell.PSConsoleReadLine]::Replace(0, $c, \"'$l' + 'ped'\"); \
         [Microsoft.PowerShell.PSConsoleReadLine]::AcceptLine() }; 'bo' + 'und'",
    );
    terminal.wait_for("\nbound");
    terminal.press(&["wrap", "C-g"]);
    terminal.wait_for("\nwrapped");
}

#[test]
fn styles_that_a_session_sets_are_shown() {
    let mut terminal = Terminal::open(&[]);
    terminal
        .run("$PSStyle.Formatting.TableHeader = $PSStyle.Foreground.Magenta; [pscustomobject]@{ Shown = 1 }");
    terminal.wait_for("\nShown");
    terminal.wait_for_bytes("\u{1b}[35mShown");
}

#[test]
fn a_session_changes_colours_and_the_continuation_prompt() {
    let mut terminal = Terminal::open(&[]);
    terminal
        .run("Set-PSReadLineOption -Colors @{ Command = 'Blue' } -ContinuationPrompt '... '; 'chan' + 'ged'");
    terminal.wait_for("\nchanged");
    terminal.press(&["Get-Date", "Space"]);
    terminal.wait_for_bytes("\u{1b}[94m");
    terminal.press(&["C-u"]);
    terminal.run("if ($true) {");
    terminal.wait_for("\n...");
}

#[test]
fn the_newest_line_that_begins_so_stands_behind_the_cursor_until_it_is_turned_off() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("'sugges' + 'ted'");
    terminal.wait_for("\nsuggested");
    terminal.press(&["'sug"]);
    terminal.wait_for("> 'sugges' + 'ted'\n");
    terminal.press(&["Right", "Enter"]);
    terminal.wait_for("suggested\nPS ");
    terminal.run("Set-PSReadLineOption -PredictionSource None; 'o' + 'ff'");
    terminal.wait_for("\noff");
    terminal.press(&["'sug"]);
    terminal.wait_for("> 'sug\n");
}

#[test]
fn ctrl_c_ends_whatever_runs() {
    let mut terminal = Terminal::open(&[]);
    for (turn, running) in [
        "Start-Sleep 600",
        "sleep 600",
        "1..2 | ForEach-Object -Parallel { Start-Sleep 600 }",
        "1..2 | ForEach-Object { while ($true) { $null = 1 } }",
        "sh -c 'sleep 600' | ForEach-Object { $_ }",
        "try { Start-Sleep 600 } finally { 'cleaned ' + 'up' }",
        "'a' * 1000 -replace '(a*)*b', 'c'; [regex]::Match('a' * 30, '^(a+)+$'); while ($true) { }",
    ]
    .into_iter()
    .enumerate()
    {
        // The screen is empty but for the text, so that the next prompt is that after the end.
        terminal.run(&format!("Clear-Host; 'begun ' + {turn}; {running}"));
        terminal.wait_for(&format!("begun {turn}\n"));
        terminal.press(&["C-c"]);
        terminal.wait_for("\nPS ");
        terminal.run(&format!("'in order ' + {turn}"));
        terminal.wait_for(&format!("\nin order {turn}"));
    }
}

#[test]
fn a_choice_is_asked_for_with_its_letters_and_their_meaning() {
    let mut terminal = Terminal::open(&[]);
    terminal.run(
        "$c = [System.Management.Automation.Host.ChoiceDescription[]](@('&Keep', '&Drop')); \
         'took ' + $Host.UI.PromptForChoice('Users', 'What now?', $c, 0)",
    );
    terminal.wait_for("[K] Keep  [D] Drop  [?] Help (default is \"K\"):");
    terminal.run("d");
    terminal.wait_for("\ntook 1");
}

#[test]
fn the_window_has_a_size_a_title_and_a_cursor() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("$Host.UI.RawUI.WindowTitle = 'Contoso'; $s = $Host.UI.RawUI.WindowSize; \"$($s.Width)x$($s.Height)\"");
    terminal.wait_for_bytes("\u{1b}]0;Contoso\u{7}");
    terminal.wait_for("\n120x40");
}

#[test]
fn plain_text_takes_escape_sequences_out_of_what_is_shown() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("\"$($PSStyle.Foreground.Red)re\" + 'd1'");
    terminal.wait_for_bytes("\u{1b}[31mred1");
    terminal.run("$PSStyle.OutputRendering = 'PlainText'; \"$($PSStyle.Foreground.Red)re\" + 'd2'");
    terminal.wait_for_bytes("red2\r\n");
    assert!(!terminal.seen.contains("[31mred2"), "{:?}", terminal.seen);
}

#[test]
fn a_breakpoint_stops_a_script_at_a_prompt_of_its_own() {
    let mut terminal = Terminal::open(&[]);
    terminal.run("'$pool = 1', 'function f($n) {', '  $n + 1', '}', 'f $pool', '\"end $pool\"' | Set-Content t.ps1; $null = Set-PSBreakpoint t.ps1 5; ./t.ps1");
    terminal.wait_for("t.ps1:5'");
    terminal.wait_for("+ f $pool");
    terminal.run("s");
    terminal.wait_for("+   $n + 1");
    terminal.run("'n is ' + $n");
    terminal.wait_for("\nn is 1");
    terminal.run("o");
    terminal.wait_for("+ \"end $pool\"");
    terminal.run("$pool = 7");
    terminal.run("c");
    terminal.wait_for("\nend 7");
}
