//! Messages that nobody would send: real ones with bytes changed, cut, doubled, and mixed with each other.

use super::Random;

/// What parsers stumble over.
const PIECES: [&[u8]; 28] = [
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\"",
    b"\\",
    b"<",
    b">",
    b";",
    b",",
    b":",
    b"%",
    b"%0",
    b"[",
    b"]",
    b"@",
    b"sip:",
    b";lr",
    b";tag=",
    b";branch=z9hG4bK",
    b"0",
    b"4294967296",
    b"-1",
    b"99999999999999999999",
    b"Content-Length: 70000\r\n",
    b"Via: SIP/2.0/UDP a;rport\r\n",
];

/// Makes messages of a corpus.
#[derive(Debug)]
pub struct Mutator {
    corpus: Vec<Vec<u8>>,
    random: Random,
}

impl Mutator {
    /// Over real messages; the same seed makes the same run.
    ///
    /// # Panics
    /// Without any message.
    pub fn new(corpus: Vec<Vec<u8>>, seed: u64) -> Self {
        assert!(!corpus.is_empty(), "messages are made of messages");
        Self {
            corpus,
            random: Random::new(seed),
        }
    }

    /// The numbers that everything here is drawn from.
    pub fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// The next message: mostly a little wrong, sometimes whole, sometimes hardly one any more.
    pub fn message(&mut self) -> Vec<u8> {
        let mut bytes = self.real();
        let changes = [0, 1, 1, 2, 3, 5, 8, 30][self.below(8)];
        for _ in 0..changes {
            self.change(&mut bytes);
        }
        bytes
    }

    fn real(&mut self) -> Vec<u8> {
        let index = self.below(self.corpus.len());
        self.corpus[index].clone()
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let (from, to) = self.range(bytes.len());
        match self.below(7) {
            0 if from < bytes.len() => bytes[from] = self.below(256) as u8,
            1 => drop(bytes.drain(from..to)),
            2 if bytes.len() < 60_000 => {
                let part = bytes[from..to].to_vec();
                bytes.splice(to..to, part);
            }
            3 => {
                let other = self.real();
                let (start, end) = self.range(other.len());
                bytes.splice(from..to, other[start..end].iter().copied());
            }
            4 => bytes.truncate(to),
            5 => self.double_line(bytes),
            _ => {
                let piece = PIECES[self.below(PIECES.len())];
                bytes.splice(from..from, piece.iter().copied());
            }
        }
    }

    /// A header line again, somewhere else.
    fn double_line(&mut self, bytes: &mut Vec<u8>) {
        let lines: Vec<Vec<u8>> = bytes
            .split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect();
        if lines.is_empty() || bytes.len() > 60_000 {
            return;
        }
        let line = lines[self.below(lines.len())].clone();
        let at: usize = lines[..self.below(lines.len())].iter().map(Vec::len).sum();
        bytes.splice(at..at, line);
    }

    /// A part of so many bytes, mostly a short one.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length + 1);
        let span = [4, 16, 64, 1024][self.below(4)];
        (from, (from + self.below(span)).min(length))
    }

    fn below(&mut self, end: usize) -> usize {
        self.random.below(end.max(1) as u64) as usize
    }
}
