//! Completion, as TabExpansion2 gives it.

/// System.Management.Automation.CompletionResultType.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CompletionKind {
    Text,
    History,
    Command,
    ProviderItem,
    ProviderContainer,
    Property,
    Method,
    ParameterName,
    ParameterValue,
    Variable,
    Namespace,
    Type,
    Keyword,
    DynamicKeyword,
}

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What replaces the text.
    pub text: String,
    /// What a list shows.
    pub list_text: String,
    /// What it is.
    pub kind: CompletionKind,
    /// What a menu says beside it.
    pub tool_tip: String,
}

/// The proposals for a place in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// In the order in which they are offered.
    pub matches: Vec<Completion>,
    /// Byte offset of the text that is replaced.
    pub start: usize,
    /// Its length in bytes.
    pub length: usize,
}
