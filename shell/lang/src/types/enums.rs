//! Enum types: names and numbers.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::{Kind, Type};

/// An enum type.
#[derive(Debug)]
pub struct EnumDef {
    /// The full name.
    pub name: Cow<'static, str>,
    /// Whether values combine ([Flags]).
    pub flags: bool,
    /// The underlying type.
    pub underlying: Kind,
    /// Names and numbers in order of declaration.
    pub members: Vec<(Cow<'static, str>, i64)>,
}

impl EnumDef {
    /// The text of a value: its name, names of flags, or the number.
    pub fn text(&self, bits: i64) -> String {
        if let Some((name, _)) = self.members.iter().find(|(_, number)| *number == bits) {
            return name.to_string();
        }
        if self.flags
            && bits != 0
            && let Some(text) = self.flag_names(bits)
        {
            return text;
        }
        if matches!(self.underlying, Kind::UInt64) {
            (bits as u64).to_string()
        } else {
            bits.to_string()
        }
    }

    /// Names of the flags that make up a value, when they make up all of it.
    fn flag_names(&self, bits: i64) -> Option<String> {
        let mut sorted: Vec<&(Cow<'static, str>, i64)> =
            self.members.iter().filter(|(_, number)| *number != 0).collect();
        sorted.sort_by_key(|(_, number)| *number as u64);
        let (mut rest, mut names) = (bits, Vec::new());
        for (name, number) in sorted.into_iter().rev() {
            if rest & number == *number {
                rest &= !number;
                names.push(name.as_ref());
            }
        }
        names.reverse();
        (rest == 0 && !names.is_empty()).then(|| names.join(", "))
    }

    /// The members in order of their unsigned number, as Enum.GetNames gives them.
    pub fn sorted(&self) -> Vec<&(Cow<'static, str>, i64)> {
        let mut sorted: Vec<_> = self.members.iter().collect();
        sorted.sort_by_key(|(_, number)| *number as u64);
        sorted
    }
}

/// The enum type of a name in lower case, `System.` left out or not.
pub fn enum_named(lower: &str) -> Option<Type> {
    let definitions = definitions();
    let same = |definition: &&Arc<EnumDef>| {
        let name = definition.name.as_ref();
        name.eq_ignore_ascii_case(lower)
            || name
                .strip_prefix("System.")
                .is_some_and(|rest| rest.eq_ignore_ascii_case(lower))
    };
    definitions
        .iter()
        .find(same)
        .map(|definition| Type::Enum(Arc::clone(definition)))
}

pub(super) fn definitions() -> &'static Vec<Arc<EnumDef>> {
    static DEFINITIONS: OnceLock<Vec<Arc<EnumDef>>> = OnceLock::new();
    DEFINITIONS.get_or_init(|| ENUMS.iter().map(|line| Arc::new(parse(line))).collect())
}

/// Reads `Name: A B=4 C` (values count up from 0 or from the last one written); `|` after the name means [Flags].
fn parse(line: &'static str) -> EnumDef {
    let (name, members) = line.split_once(':').unwrap_or((line, ""));
    let flags = name.ends_with('|');
    let mut next = 0;
    let members = members
        .split_whitespace()
        .map(|member| {
            let (name, number) = match member.split_once('=') {
                Some((name, number)) => (name, number.parse().unwrap_or(next)),
                None => (member, next),
            };
            next = number + 1;
            (Cow::Borrowed(name), number)
        })
        .collect();
    EnumDef {
        name: Cow::Borrowed(name.trim_end_matches('|')),
        flags,
        underlying: Kind::Int32,
        members,
    }
}

static ENUMS: &[&str] = &[
    "System.DayOfWeek: Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
    "System.ConsoleColor: Black DarkBlue DarkGreen DarkCyan DarkRed DarkMagenta DarkYellow Gray DarkGray Blue Green Cyan Red Magenta Yellow White",
    "System.DateTimeKind: Unspecified Utc Local",
    "System.StringComparison: CurrentCulture CurrentCultureIgnoreCase InvariantCulture InvariantCultureIgnoreCase Ordinal OrdinalIgnoreCase",
    "System.StringSplitOptions|: None RemoveEmptyEntries TrimEntries",
    "System.MidpointRounding: ToEven AwayFromZero ToZero ToNegativeInfinity ToPositiveInfinity",
    "System.Base64FormattingOptions|: None InsertLineBreaks",
    "System.EnvironmentVariableTarget: Process User Machine",
    "System.PlatformID: Win32S Win32Windows Win32NT WinCE Unix Xbox MacOSX Other",
    "System.TypeCode: Empty Object DBNull Boolean Char SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Single Double Decimal DateTime String=18",
    "System.UriHostNameType: Unknown Basic Dns IPv4 IPv6",
    "System.UriKind: RelativeOrAbsolute Absolute Relative",
    "System.Environment+SpecialFolder: Desktop Programs=2 MyDocuments=5 Personal=5 Favorites Startup Recent SendTo StartMenu=11 MyMusic=13 MyVideos DesktopDirectory=16 MyComputer Fonts=20 Templates CommonStartMenu CommonPrograms CommonStartup CommonDesktopDirectory ApplicationData LocalApplicationData=28 CommonApplicationData=35 Windows System ProgramFiles MyPictures UserProfile",
    "System.IO.FileAttributes|: None ReadOnly Hidden System=4 Directory=16 Archive=32 Device=64 Normal=128 Temporary=256 SparseFile=512 ReparsePoint=1024 Compressed=2048 Offline=4096 NotContentIndexed=8192 Encrypted=16384 IntegrityStream=32768 NoScrubData=131072",
    "System.IO.FileMode: CreateNew=1 Create Open OpenOrCreate Truncate Append",
    "System.IO.FileAccess|: Read=1 Write ReadWrite",
    "System.IO.FileShare|: None Read Write ReadWrite Delete Inheritable=16",
    "System.IO.SearchOption: TopDirectoryOnly AllDirectories",
    "System.Globalization.NumberStyles|: None AllowLeadingWhite AllowTrailingWhite AllowLeadingSign=4 Integer=7 AllowTrailingSign=8 AllowParentheses=16 AllowDecimalPoint=32 AllowThousands=64 Number=111 AllowExponent=128 Float=167 AllowCurrencySymbol=256 Currency=383 Any=511 AllowHexSpecifier=512 HexNumber=515 AllowBinarySpecifier=1024 BinaryNumber=1027",
    "System.Globalization.DateTimeStyles|: None AllowLeadingWhite AllowTrailingWhite AllowInnerWhite=4 AllowWhiteSpaces=7 NoCurrentDateDefault AdjustToUniversal=16 AssumeLocal=32 AssumeUniversal=64 RoundtripKind=128",
    "System.Globalization.UnicodeCategory: UppercaseLetter LowercaseLetter TitlecaseLetter ModifierLetter OtherLetter NonSpacingMark SpacingCombiningMark EnclosingMark DecimalDigitNumber LetterNumber OtherNumber SpaceSeparator LineSeparator ParagraphSeparator Control Format Surrogate PrivateUse ConnectorPunctuation DashPunctuation OpenPunctuation ClosePunctuation InitialQuotePunctuation FinalQuotePunctuation OtherPunctuation MathSymbol CurrencySymbol ModifierSymbol OtherSymbol OtherNotAssigned",
    "System.Text.RegularExpressions.RegexOptions|: None IgnoreCase Multiline ExplicitCapture=4 Compiled=8 Singleline=16 IgnorePatternWhitespace=32 RightToLeft=64 ECMAScript=256 CultureInvariant=512 NonBacktracking=1024",
    "System.Net.Sockets.AddressFamily: Unspecified Unix InterNetwork InterNetworkV6=23 Unknown=-1",
    "System.Net.Sockets.ProtocolType: IP Icmp Tcp=6 Udp=17 Unknown=-1",
    "System.Net.HttpStatusCode: OK=200 Created=201 Accepted=202 NoContent=204 MovedPermanently=301 Found=302 NotModified=304 BadRequest=400 Unauthorized=401 Forbidden=403 NotFound=404 MethodNotAllowed=405 Conflict=409 InternalServerError=500 NotImplemented=501 BadGateway=502 ServiceUnavailable=503 GatewayTimeout=504",
    "System.Net.SecurityProtocolType|: SystemDefault Tls=192 Tls11=768 Tls12=3072 Tls13=12288",
    "System.ComponentModel.ListSortDirection: Ascending Descending",
    "System.Management.Automation.WhereOperatorSelectionMode: Default First Last SkipUntil Until Split",
    "System.Reflection.BindingFlags|: Default IgnoreCase DeclaredOnly Instance=4 Static=8 Public=16 NonPublic=32 FlattenHierarchy=64 InvokeMethod=256 CreateInstance=512 GetField=1024 SetField=2048 GetProperty=4096 SetProperty=8192 PutDispProperty=16384 PutRefDispProperty=32768 ExactBinding=65536 SuppressChangeType=131072 OptionalParamBinding=262144 IgnoreReturn=16777216",
    "System.Diagnostics.ProcessWindowStyle: Normal Hidden Minimized Maximized",
    "System.Management.Automation.ActionPreference: SilentlyContinue Stop Continue Inquire Ignore Suspend Break",
    "System.Management.Automation.ErrorCategory: NotSpecified OpenError CloseError DeviceError DeadlockDetected InvalidArgument InvalidData InvalidOperation InvalidResult InvalidType MetadataError NotImplemented NotInstalled ObjectNotFound OperationStopped OperationTimeout SyntaxError ParserError PermissionDenied ResourceBusy ResourceExists ResourceUnavailable ReadError WriteError FromStdErr SecurityError ProtocolError ConnectionError AuthenticationError LimitsExceeded QuotaExceeded NotEnabled",
    "System.Management.Automation.ProgressView: Minimal Classic",
    "System.Management.Automation.NativeArgumentPassingStyle: Legacy Standard Windows",
    "System.Management.Automation.ConfirmImpact: None Low Medium High",
    "System.Management.Automation.CommandTypes|: Alias=1 Function Filter=4 Cmdlet=8 ExternalScript=16 Application=32 Script=64 Configuration=256 All=383",
    "System.Management.Automation.ScopedItemOptions|: None ReadOnly Constant Private=4 AllScope=8 Unspecified=16",
    "System.Management.Automation.PSMemberTypes|: AliasProperty=1 CodeProperty=2 Property=4 NoteProperty=8 ScriptProperty=16 PropertySet=32 Method=64 CodeMethod=128 ScriptMethod=256 ParameterizedProperty=512 MemberSet=1024 Event=2048 Dynamic=4096 InferredProperty=8192 Properties=31 Methods=448 All=16383",
    "System.Management.Automation.PSMemberViewTypes|: Extended=1 Adapted Base=4 All=7",
    "System.Management.Automation.PSLanguageMode: FullLanguage RestrictedLanguage NoLanguage ConstrainedLanguage",
    "System.Management.Automation.WildcardOptions|: None Compiled IgnoreCase CultureInvariant=4",
    "System.Management.Automation.SplitOptions|: SimpleMatch=1 RegexMatch CultureInvariant=4 IgnorePatternWhitespace=8 Multiline=16 Singleline=32 IgnoreCase=64 ExplicitCapture=128",
    "System.Management.Automation.CompletionResultType: Text History Command ProviderItem ProviderContainer Property Method ParameterName ParameterValue Variable Namespace Type Keyword DynamicKeyword",
    "System.Management.Automation.Language.TokenKind: Unknown Variable SplattedVariable Parameter Number Label Identifier Generic NewLine LineContinuation Comment EndOfInput StringLiteral StringExpandable HereStringLiteral HereStringExpandable LParen RParen LCurly RCurly LBracket RBracket AtParen AtCurly DollarParen Semi AndAnd OrOr Ampersand Pipe Comma MinusMinus PlusPlus DotDot ColonColon Dot Exclaim Multiply Divide Rem Plus Minus Equals PlusEquals MinusEquals MultiplyEquals DivideEquals RemainderEquals Redirection RedirectInStd Format Not Bnot And Or Xor Band Bor Bxor Join Ieq Ine Ige Igt Ilt Ile Ilike Inotlike Imatch Inotmatch Ireplace Icontains Inotcontains Iin Inotin Isplit Ceq Cne Cge Cgt Clt Cle Clike Cnotlike Cmatch Cnotmatch Creplace Ccontains Cnotcontains Cin Cnotin Csplit Is IsNot As PostfixPlusPlus PostfixMinusMinus Shl Shr Colon QuestionMark QuestionQuestionEquals QuestionQuestion QuestionDot QuestionLBracket Begin=119 Break Catch Class Continue Data Define Do Dynamicparam Else ElseIf End Exit Filter Finally For Foreach From Function If In Param Process Return Switch Throw Trap Try Until Using Var While Workflow Parallel Sequence InlineScript Configuration DynamicKeyword Public Private Static Interface Enum Namespace Module Type Assembly Command Hidden Base Default Clean",
    "System.Management.Automation.Language.TokenFlags|: None BinaryPrecedenceLogical=1 BinaryPrecedenceBitwise=2 BinaryPrecedenceComparison=5 BinaryPrecedenceCoalesce=7 BinaryPrecedenceAdd=9 BinaryPrecedenceMultiply=10 BinaryPrecedenceFormat=12 BinaryPrecedenceRange=13 BinaryPrecedenceMask=15 Keyword=16 ScriptBlockBlockName=32 BinaryOperator=256 UnaryOperator=512 CaseSensitiveOperator=1024 TernaryOperator=2048 SpecialOperator=4096 AssignmentOperator=8192 ParseModeInvariant=32768 TokenInError=65536 DisallowedInRestrictedMode=131072 PrefixOrPostfixOperator=262144 CommandName=524288 MemberName=1048576 TypeName=2097152 AttributeName=4194304 CanConstantFold=8388608 StatementDoesntSupportAttributes=16777216",
    "System.Management.Automation.Language.AstVisitAction: Continue SkipChildren StopVisit",
    "System.Management.Automation.Language.StringConstantType: SingleQuoted SingleQuotedHereString DoubleQuoted DoubleQuotedHereString BareWord",
    "System.Management.Automation.Language.UsingStatementKind: Assembly Command Module Namespace Type",
    "System.Management.Automation.Language.RedirectionStream: All Output Error Warning Verbose Debug Information",
    "System.Management.Automation.PSTokenType: Unknown Command CommandParameter CommandArgument Number String Variable Member LoopLabel Attribute Type Operator GroupStart GroupEnd Keyword Comment StatementSeparator NewLine LineContinuation Position",
    "System.Management.Automation.RollbackSeverity: Error TerminatingError Never",
    "System.Management.Automation.OutputRendering: Host PlainText Ansi",
    "System.Management.Automation.JobState: NotStarted Running Completed Failed Stopped Blocked Suspended Disconnected Suspending Stopping AtBreakpoint",
    "System.Management.Automation.ErrorView: NormalView CategoryView ConciseView DetailedView",
    "System.Management.Automation.ValidateRangeKind: Positive Negative NonPositive NonNegative",
    "System.Management.Automation.PSCredentialTypes|: Generic=1 Domain Default=3",
    "Microsoft.PowerShell.ExecutionPolicy: Unrestricted RemoteSigned AllSigned Restricted Bypass Undefined Default=3",
    "Microsoft.PowerShell.ExecutionPolicyScope: Process CurrentUser LocalMachine UserPolicy MachinePolicy",
    "Microsoft.PowerShell.Commands.OutputAssembly: None",
    "Microsoft.PowerShell.Commands.Internal.Format.TextAlignment: Undefined Left Center Right",
    "System.ServiceProcess.ServiceControllerStatus: Stopped=1 StartPending StopPending Running ContinuePending PausePending Paused",
    "System.ServiceProcess.ServiceStartMode: Boot System Automatic Manual Disabled",
    "System.Security.AccessControl.AccessControlType: Allow Deny",
    "System.Xml.XmlNodeType: None Element Attribute Text CDATA EntityReference Entity ProcessingInstruction Comment Document DocumentType DocumentFragment Notation Whitespace SignificantWhitespace EndElement EndEntity XmlDeclaration",
];
