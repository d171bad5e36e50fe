//! Draws messages as arrows between named columns; the server stands behind the first phone, as in the RFCs.

/// From one column to the next, in characters.
const PITCH: usize = 24;
/// Where the first column stands.
const MARGIN: usize = 8;

/// The columns of a scenario.
#[derive(Clone, Debug)]
pub struct Columns {
    phones: Vec<String>,
}

impl Columns {
    /// The server, and these phones around it.
    pub fn new(phones: Vec<String>) -> Self {
        Self { phones }
    }

    /// The names above the columns.
    pub fn heading(&self) -> String {
        let mut line = String::new();
        let server = "server".to_owned();
        let mut names: Vec<&String> = self.phones.iter().collect();
        names.insert(1, &server);
        for (column, name) in names.into_iter().enumerate() {
            let start = (MARGIN + column * PITCH).saturating_sub(name.len() / 2);
            line.push_str(&" ".repeat(start - line.len()));
            line.push_str(name);
        }
        line
    }

    /// One message: `phone` sends it to the server, or gets it from there.
    pub fn arrow(&self, phone: usize, to_server: bool, label: &str) -> String {
        let server = MARGIN + PITCH;
        let at = MARGIN + if phone == 0 { 0 } else { phone + 1 } * PITCH;
        let mut line: Vec<char> = vec![' '; MARGIN + self.phones.len() * PITCH + 1];
        let (left, right) = (at.min(server), at.max(server));
        line[left + 1..right].fill('-');
        for column in 0..=self.phones.len() {
            line[MARGIN + column * PITCH] = '|';
        }
        if to_server == (at < server) {
            line[right - 1] = '>';
        } else {
            line[left + 1] = '<';
        }
        // The label stands beside the server, in the gap that every arrow of this side crosses.
        let gap = if at < server { MARGIN } else { server };
        let start = gap + (PITCH - label.chars().count().min(PITCH - 6)) / 2;
        for (place, character) in line[start..].iter_mut().zip(label.chars().take(PITCH - 6)) {
            *place = character;
        }
        line.into_iter().collect()
    }
}
