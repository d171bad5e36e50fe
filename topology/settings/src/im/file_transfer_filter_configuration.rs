//! `CsFileTransferFilterConfiguration`: which files users may send each other.
//!
//! The extensions are those that a desktop system runs, or that run something, when they are opened.

use plenum_schema::{Choice, Problem, Settings};

/// Decides which files may be sent, by the extensions of their names. A transfer that is not allowed is refused before
/// anything is sent.
///
/// A user's transfers are looked at with the configuration of the pool's site, otherwise with the global one, whoever
/// the other party is.
#[derive(Clone, Debug, PartialEq, Settings)]
#[settings(
    noun = "CsFileTransferFilterConfiguration",
    class = "Microsoft.Rtc.Management.WritableConfig.Settings.ImFilter.FileTransferFilterConfiguration",
    scopes(global, site),
    enforced(CallRouting)
)]
pub struct FileTransferFilterConfiguration {
    /// What is refused: the files of the list, or every file.
    pub action: FileFilterAction,
    /// Files are looked at. Without it every file may be sent.
    #[setting(default = true)]
    pub enabled: bool,
    /// The extensions that are refused, each with its dot.
    #[setting(default = standard_extensions())]
    pub extensions: Vec<String>,
}

/// What a file filter refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Choice)]
pub enum FileFilterAction {
    /// Files with an extension of the list.
    #[default]
    Block,
    /// All files.
    BlockAll,
}

fn standard_extensions() -> Vec<String> {
    const STANDARD: &str = ".ade .adp .app .asp .bas .bat .cer .chm .cmd .com .cpl .crt .csh .exe .fxp .grp .hlp .hta \
                            .inf .ins .isp .its .js .jse .ksh .lnk .mad .maf .mag .mam .maq .mar .mas .mat .mau .mav \
                            .maw .mda .mdb .mde .mdt .mdw .mdz .msc .msi .msp .mst .ocx .ops .pcd .pif .pl .pnp .prf \
                            .prg .pst .reg .scf .scr .sct .shb .shs .tmp .url .vb .vbe .vbs .vsd .vsmacros .vss .vst \
                            .vsw .ws .wsc .wsf .wsh";
    STANDARD.split_whitespace().map(str::to_owned).collect()
}

impl FileTransferFilterConfiguration {
    fn check(&self) -> Vec<Problem> {
        let fits = |extension: &str| {
            extension.len() > 1
                && extension.starts_with('.')
                && !extension
                    .contains(|c: char| c.is_whitespace() || c.is_control() || "/\\:*?\"<>|".contains(c))
        };
        let wrong = self.extensions.iter().enumerate().filter(|(_, it)| !fits(it));
        wrong
            .map(|(index, extension)| {
                let message = format!("'{extension}' is no extension");
                Problem::new(format!("Extensions[{index}]"), message).hint("Write it with its dot: .exe.")
            })
            .collect()
    }
}
