//! Whether a tone is in a recording: WAV reading, and the Goertzel filter at one frequency.

use std::fs;
use std::io;
use std::path::Path;

/// Samples and sampling rate of a 16-bit PCM WAV file (one channel, or the first).
pub fn read_wav(path: &Path) -> io::Result<(Vec<f64>, f64)> {
    let bytes = fs::read(path)?;
    let damaged = || io::Error::other(format!("{}: not a PCM WAV file", path.display()));
    let number = |at: usize, size: usize| -> Option<u32> {
        bytes.get(at..at + size).map(|piece| {
            piece
                .iter()
                .rev()
                .fold(0, |value, byte| value << 8 | u32::from(*byte))
        })
    };
    let (mut at, mut rate, mut channels) = (12, 0, 1);
    while let (Some(kind), Some(size)) = (bytes.get(at..at + 4), number(at + 4, 4)) {
        match kind {
            b"fmt " => {
                channels = number(at + 10, 2).ok_or_else(damaged)?.max(1);
                rate = number(at + 12, 4).ok_or_else(damaged)?;
            }
            b"data" => {
                // A recording that is still open has a length of 0 or of everything: take what is there.
                let samples = bytes[at + 8..].chunks_exact(2).step_by(channels as usize);
                return Ok((
                    samples
                        .map(|pair| f64::from(i16::from_le_bytes([pair[0], pair[1]])))
                        .collect(),
                    f64::from(rate),
                ));
            }
            _ => {}
        }
        at += 8 + size as usize + (size as usize & 1);
    }
    Err(damaged())
}

/// The share of a signal's energy that lies at a frequency: near 1 for a pure tone, near 0 without it.
pub fn share(samples: &[f64], rate: f64, frequency: f64) -> f64 {
    let energy: f64 = samples.iter().map(|sample| sample * sample).sum();
    if energy == 0.0 {
        return 0.0;
    }
    let coefficient = 2.0 * (2.0 * std::f64::consts::PI * frequency / rate).cos();
    let (mut one, mut two) = (0.0, 0.0);
    for sample in samples {
        let zero = sample + coefficient * one - two;
        two = one;
        one = zero;
    }
    let power = one * one + two * two - coefficient * one * two;
    #[allow(clippy::cast_precision_loss)] // recordings are a few seconds long
    let count = samples.len() as f64;
    2.0 * power / (count * energy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_found_at_its_own_frequency_only() {
        let tone: Vec<f64> = (0..8000)
            .map(|n| (2.0 * std::f64::consts::PI * 440.0 * f64::from(n) / 8000.0).sin() * 9000.0)
            .collect();
        assert!(share(&tone, 8000.0, 440.0) > 0.95);
        assert!(share(&tone, 8000.0, 660.0) < 0.05);
        assert!(share(&[0.0; 100], 8000.0, 440.0) < 0.05);
    }
}
