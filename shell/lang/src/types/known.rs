//! The types that are neither enums nor exceptions: full name, accelerator, base.

use super::Type;

/// A type's entry.
#[derive(Debug)]
pub struct Known {
    /// The full name.
    pub name: &'static str,
    /// The name that the language gives it.
    pub accelerator: Option<&'static str>,
    /// The full name of the type that it derives from.
    pub base: &'static str,
    /// Which it is.
    pub kind: Kind,
}

macro_rules! known_types {
    ($($constant:ident $kind:ident $name:literal $accelerator:expr, $base:literal;)*) => {
        /// Which type.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Kind { $($kind,)* Exception, Opaque }

        #[allow(missing_docs)]
        impl Type {
            $(pub const $constant: Type =
                Type::Known(&Known { name: $name, accelerator: $accelerator, base: $base, kind: Kind::$kind });)*
        }

        /// All of them.
        pub(super) static KNOWN: &[Type] = &[$(Type::$constant,)*];
    };
}

known_types! {
    OBJECT Object "System.Object" None, "";
    VALUE_TYPE ValueType "System.ValueType" None, "System.Object";
    ENUM Enum "System.Enum" None, "System.ValueType";
    STRING String "System.String" Some("string"), "System.Object";
    CHAR Char "System.Char" Some("char"), "System.ValueType";
    BOOLEAN Boolean "System.Boolean" Some("bool"), "System.ValueType";
    SBYTE SByte "System.SByte" Some("sbyte"), "System.ValueType";
    BYTE Byte "System.Byte" Some("byte"), "System.ValueType";
    INT16 Int16 "System.Int16" Some("short"), "System.ValueType";
    UINT16 UInt16 "System.UInt16" Some("ushort"), "System.ValueType";
    INT32 Int32 "System.Int32" Some("int"), "System.ValueType";
    UINT32 UInt32 "System.UInt32" Some("uint"), "System.ValueType";
    INT64 Int64 "System.Int64" Some("long"), "System.ValueType";
    UINT64 UInt64 "System.UInt64" Some("ulong"), "System.ValueType";
    SINGLE Single "System.Single" Some("float"), "System.ValueType";
    DOUBLE Double "System.Double" Some("double"), "System.ValueType";
    DECIMAL Decimal "System.Decimal" Some("decimal"), "System.ValueType";
    BIGINT BigInteger "System.Numerics.BigInteger" Some("bigint"), "System.ValueType";
    INTPTR IntPtr "System.IntPtr" None, "System.ValueType";
    DATETIME DateTime "System.DateTime" Some("datetime"), "System.ValueType";
    DATETIMEOFFSET DateTimeOffset "System.DateTimeOffset" None, "System.ValueType";
    DATEONLY DateOnly "System.DateOnly" None, "System.ValueType";
    TIMEONLY TimeOnly "System.TimeOnly" None, "System.ValueType";
    TIMESPAN TimeSpan "System.TimeSpan" Some("timespan"), "System.ValueType";
    GUID Guid "System.Guid" Some("guid"), "System.ValueType";
    VERSION Version "System.Version" Some("version"), "System.Object";
    SEMVER SemanticVersion "System.Management.Automation.SemanticVersion" Some("semver"), "System.Object";
    URI Uri "System.Uri" Some("uri"), "System.Object";
    REGEX Regex "System.Text.RegularExpressions.Regex" Some("regex"), "System.Object";
    MATCH Match "System.Text.RegularExpressions.Match" None, "System.Text.RegularExpressions.Group";
    GROUP Group "System.Text.RegularExpressions.Group" None, "System.Text.RegularExpressions.Capture";
    CAPTURE Capture "System.Text.RegularExpressions.Capture" None, "System.Object";
    XML Xml "System.Xml.XmlDocument" Some("xml"), "System.Xml.XmlNode";
    XMLELEMENT XmlElement "System.Xml.XmlElement" None, "System.Xml.XmlNode";
    XMLNODE XmlNode "System.Xml.XmlNode" None, "System.Object";
    XMLNAMESPACEMANAGER XmlNamespaceManager "System.Xml.XmlNamespaceManager" None, "System.Object";
    IPADDRESS IPAddress "System.Net.IPAddress" Some("ipaddress"), "System.Object";
    IPENDPOINT IPEndPoint "System.Net.IPEndPoint" Some("IPEndpoint"), "System.Object";
    MAILADDRESS MailAddress "System.Net.Mail.MailAddress" Some("mailaddress"), "System.Object";
    CULTUREINFO CultureInfo "System.Globalization.CultureInfo" Some("cultureinfo"), "System.Object";
    DATETIMEFORMATINFO DateTimeFormatInfo "System.Globalization.DateTimeFormatInfo" None, "System.Object";
    NUMBERFORMATINFO NumberFormatInfo "System.Globalization.NumberFormatInfo" None, "System.Object";
    SECURESTRING SecureString "System.Security.SecureString" Some("securestring"), "System.Object";
    CREDENTIAL Credential "System.Management.Automation.PSCredential" Some("pscredential"), "System.Object";
    ARRAY Array "System.Array" Some("array"), "System.Object";
    HASHTABLE Hashtable "System.Collections.Hashtable" Some("hashtable"), "System.Object";
    ORDERED OrderedDictionary "System.Collections.Specialized.OrderedDictionary" Some("ordered"), "System.Object";
    ARRAYLIST ArrayList "System.Collections.ArrayList" None, "System.Object";
    BITARRAY BitArray "System.Collections.BitArray" None, "System.Object";
    PRIORITYQUEUE PriorityQueue "System.Collections.Generic.PriorityQueue" None, "System.Object";
    QUEUE Queue "System.Collections.Queue" None, "System.Object";
    STACK Stack "System.Collections.Stack" None, "System.Object";
    STRINGCOLLECTION StringCollection "System.Collections.Specialized.StringCollection" None, "System.Object";
    LIST List "System.Collections.Generic.List" None, "System.Object";
    DICTIONARY Dictionary "System.Collections.Generic.Dictionary" None, "System.Object";
    SORTEDDICTIONARY SortedDictionary "System.Collections.Generic.SortedDictionary" None, "System.Object";
    SORTEDLIST SortedList "System.Collections.Generic.SortedList" None, "System.Object";
    HASHSET HashSet "System.Collections.Generic.HashSet" None, "System.Object";
    SORTEDSET SortedSet "System.Collections.Generic.SortedSet" None, "System.Object";
    GENERICQUEUE GenericQueue "System.Collections.Generic.Queue" None, "System.Object";
    GENERICSTACK GenericStack "System.Collections.Generic.Stack" None, "System.Object";
    COLLECTION Collection "System.Collections.ObjectModel.Collection" None, "System.Object";
    KEYVALUEPAIR KeyValuePair "System.Collections.Generic.KeyValuePair" None, "System.ValueType";
    DICTIONARYENTRY DictionaryEntry "System.Collections.DictionaryEntry" None, "System.ValueType";
    TUPLE Tuple "System.Tuple" None, "System.Object";
    VALUETUPLE ValueTuple "System.ValueTuple" None, "System.ValueType";
    LAZY Lazy "System.Lazy" None, "System.Object";
    LINKEDLIST LinkedList "System.Collections.Generic.LinkedList" None, "System.Object";
    LINKEDLISTNODE LinkedListNode "System.Collections.Generic.LinkedListNode" None, "System.Object";
    PLAINSORTEDLIST PlainSortedList "System.Collections.SortedList" None, "System.Object";
    NAMEVALUECOLLECTION NameValueCollection "System.Collections.Specialized.NameValueCollection" None, "System.Object";
    STRINGDICTIONARY StringDictionary "System.Collections.Specialized.StringDictionary" None, "System.Object";
    HYBRIDDICTIONARY HybridDictionary "System.Collections.Specialized.HybridDictionary" None, "System.Object";
    LISTDICTIONARY ListDictionary "System.Collections.Specialized.ListDictionary" None, "System.Object";
    OBSERVABLECOLLECTION ObservableCollection "System.Collections.ObjectModel.ObservableCollection" None, "System.Object";
    READONLYCOLLECTION ReadOnlyCollection "System.Collections.ObjectModel.ReadOnlyCollection" None, "System.Object";
    CONCURRENTBAG ConcurrentBag "System.Collections.Concurrent.ConcurrentBag" None, "System.Object";
    CONCURRENTQUEUE ConcurrentQueue "System.Collections.Concurrent.ConcurrentQueue" None, "System.Object";
    CONCURRENTSTACK ConcurrentStack "System.Collections.Concurrent.ConcurrentStack" None, "System.Object";
    URIBUILDER UriBuilder "System.UriBuilder" None, "System.Object";
    NULLABLE Nullable "System.Nullable" None, "System.ValueType";
    SCRIPTBLOCK ScriptBlock "System.Management.Automation.ScriptBlock" Some("scriptblock"), "System.Object";
    SWITCH Switch "System.Management.Automation.SwitchParameter" Some("switch"), "System.ValueType";
    PSOBJECT PSObject "System.Management.Automation.PSObject" Some("psobject"), "System.Object";
    PSCUSTOMOBJECT PSCustomObject "System.Management.Automation.PSCustomObject" None, "System.Object";
    PSREFERENCE Reference "System.Management.Automation.PSReference" Some("ref"), "System.Object";
    TYPE Type "System.Type" Some("type"), "System.Reflection.MemberInfo";
    RUNTIMETYPE RuntimeType "System.RuntimeType" None, "System.Reflection.TypeInfo";
    VOID Void "System.Void" Some("void"), "System.ValueType";
    NULLSTRING NullString "System.Management.Automation.Language.NullString" Some("NullString"), "System.Object";
    DBNULL DBNull "System.DBNull" None, "System.Object";
    MATH Math "System.Math" None, "System.Object";
    CONVERT Convert "System.Convert" None, "System.Object";
    ENVIRONMENT Environment "System.Environment" None, "System.Object";
    CONSOLE Console "System.Console" None, "System.Object";
    GC GarbageCollector "System.GC" None, "System.Object";
    BITCONVERTER BitConverter "System.BitConverter" None, "System.Object";
    RANDOM Random "System.Random" None, "System.Object";
    BUFFER Buffer "System.Buffer" None, "System.Object";
    TIMEZONEINFO TimeZoneInfo "System.TimeZoneInfo" None, "System.Object";
    CHOICE_DESCRIPTION ChoiceDescription "System.Management.Automation.Host.ChoiceDescription" None, "System.Object";
    STOPWATCH Stopwatch "System.Diagnostics.Stopwatch" None, "System.Object";
    TIMER Timer "System.Timers.Timer" None, "System.ComponentModel.Component";
    STRINGBUILDER StringBuilder "System.Text.StringBuilder" None, "System.Object";
    ENCODING Encoding "System.Text.Encoding" None, "System.Object";
    UTF8ENCODING Utf8Encoding "System.Text.UTF8Encoding" None, "System.Text.Encoding";
    UNICODEENCODING UnicodeEncoding "System.Text.UnicodeEncoding" None, "System.Text.Encoding";
    ASCIIENCODING AsciiEncoding "System.Text.ASCIIEncoding" None, "System.Text.Encoding";
    PATH Path "System.IO.Path" None, "System.Object";
    FILE File "System.IO.File" None, "System.Object";
    DIRECTORY Directory "System.IO.Directory" None, "System.Object";
    FILEINFO FileInfo "System.IO.FileInfo" None, "System.IO.FileSystemInfo";
    DIRECTORYINFO DirectoryInfo "System.IO.DirectoryInfo" None, "System.IO.FileSystemInfo";
    STREAMWRITER StreamWriter "System.IO.StreamWriter" None, "System.IO.TextWriter";
    STREAMREADER StreamReader "System.IO.StreamReader" None, "System.IO.TextReader";
    STRINGREADER StringReader "System.IO.StringReader" None, "System.IO.TextReader";
    STRINGWRITER StringWriter "System.IO.StringWriter" None, "System.IO.TextWriter";
    MEMORYSTREAM MemoryStream "System.IO.MemoryStream" None, "System.IO.Stream";
    DNS Dns "System.Net.Dns" None, "System.Object";
    WEBUTILITY WebUtility "System.Net.WebUtility" None, "System.Object";
    REGEXESCAPE WildcardPattern "System.Management.Automation.WildcardPattern" Some("WildcardPattern"), "System.Object";
    STRINGCOMPARER StringComparer "System.StringComparer" None, "System.Object";
    THREAD Thread "System.Threading.Thread" None, "System.Object";
    INTERLOCKED Interlocked "System.Threading.Interlocked" None, "System.Object";
    ERRORRECORD ErrorRecord "System.Management.Automation.ErrorRecord" None, "System.Object";
    CERTIFICATE Certificate "System.Security.Cryptography.X509Certificates.X509Certificate2" None, "System.Object";
    SHA256 Sha256 "System.Security.Cryptography.SHA256" None, "System.Object";
    SHA1 Sha1 "System.Security.Cryptography.SHA1" None, "System.Object";
    MD5 Md5 "System.Security.Cryptography.MD5" None, "System.Object";
    SHA384 Sha384 "System.Security.Cryptography.SHA384" None, "System.Object";
    SHA512 Sha512 "System.Security.Cryptography.SHA512" None, "System.Object";
    HASHALGORITHM HashAlgorithm "System.Security.Cryptography.HashAlgorithm" None, "System.Object";
    HMACMD5 HmacMd5 "System.Security.Cryptography.HMACMD5" None, "System.Object";
    HMACSHA1 HmacSha1 "System.Security.Cryptography.HMACSHA1" None, "System.Object";
    HMACSHA256 HmacSha256 "System.Security.Cryptography.HMACSHA256" None, "System.Object";
    HMACSHA384 HmacSha384 "System.Security.Cryptography.HMACSHA384" None, "System.Object";
    HMACSHA512 HmacSha512 "System.Security.Cryptography.HMACSHA512" None, "System.Object";
    FILESTREAM FileStream "System.IO.FileStream" None, "System.IO.Stream";
    ENUMERABLE Enumerable "System.Linq.Enumerable" None, "System.Object";
    PROCESS Process "System.Diagnostics.Process" None, "System.Object";
    RUNTIMEINFORMATION RuntimeInformation "System.Runtime.InteropServices.RuntimeInformation" None, "System.Object";
    HTTPUTILITY HttpUtility "System.Web.HttpUtility" None, "System.Object";
    FUNC Func "System.Func" None, "System.Delegate";
    ACTION Action "System.Action" None, "System.Delegate";
    PREDICATE Predicate "System.Predicate" None, "System.Delegate";
    COMPARISON Comparison "System.Comparison" None, "System.Delegate";
    CONVERTER Converter "System.Converter" None, "System.Delegate";
    CONCURRENTDICTIONARY ConcurrentDictionary "System.Collections.Concurrent.ConcurrentDictionary" None, "System.Object";
    PARSER Parser "System.Management.Automation.Language.Parser" None, "System.Object";
    ACTIVATOR Activator "System.Activator" None, "System.Object";
    AUTOMATIONNULL AutomationNull "System.Management.Automation.Internal.AutomationNull" None, "System.Object";
    LANGUAGEPRIMITIVES LanguagePrimitives "System.Management.Automation.LanguagePrimitives" None, "System.Object";
    DELEGATE Delegate "System.Delegate" None, "System.Object";
    IENUMERABLE IEnumerable "System.Collections.IEnumerable" None, "";
    ICOLLECTION ICollection "System.Collections.ICollection" None, "";
    ILIST IList "System.Collections.IList" None, "";
    IDICTIONARY IDictionary "System.Collections.IDictionary" None, "";
    GENERICIENUMERABLE GenericIEnumerable "System.Collections.Generic.IEnumerable" None, "";
    GENERICICOLLECTION GenericICollection "System.Collections.Generic.ICollection" None, "";
    GENERICILIST GenericIList "System.Collections.Generic.IList" None, "";
    GENERICIDICTIONARY GenericIDictionary "System.Collections.Generic.IDictionary" None, "";
    ICOMPARABLE IComparable "System.IComparable" None, "";
    IFORMATTABLE IFormattable "System.IFormattable" None, "";
    ICONVERTIBLE IConvertible "System.IConvertible" None, "";
    ICLONEABLE ICloneable "System.ICloneable" None, "";
    IDISPOSABLE IDisposable "System.IDisposable" None, "";
    IEQUATABLE IEquatable "System.IEquatable" None, "";
    IENUMERATOR IEnumerator "System.Collections.IEnumerator" None, "";
    GENERICIENUMERATOR GenericIEnumerator "System.Collections.Generic.IEnumerator" None, "";
    ICOMPARER IComparer "System.Collections.IComparer" None, "";
    GENERICICOMPARER GenericIComparer "System.Collections.Generic.IComparer" None, "";
    IEQUALITYCOMPARER IEqualityComparer "System.Collections.IEqualityComparer" None, "";
    GENERICIEQUALITYCOMPARER GenericIEqualityComparer "System.Collections.Generic.IEqualityComparer" None, "";
    ISET ISet "System.Collections.Generic.ISet" None, "";
    GENERICIREADONLYLIST GenericIReadOnlyList "System.Collections.Generic.IReadOnlyList" None, "";
    GENERICIREADONLYCOLLECTION GenericIReadOnlyCollection "System.Collections.Generic.IReadOnlyCollection" None, "";
    IFORMATPROVIDER IFormatProvider "System.IFormatProvider" None, "";
    ICUSTOMFORMATTER ICustomFormatter "System.ICustomFormatter" None, "";
    ISERIALIZABLE ISerializable "System.Runtime.Serialization.ISerializable" None, "";
    ISERVICEPROVIDER IServiceProvider "System.IServiceProvider" None, "";
    IOBSERVER IObserver "System.IObserver" None, "";
    IOBSERVABLE IObservable "System.IObservable" None, "";
    IARGUMENTCOMPLETER IArgumentCompleter "System.Management.Automation.IArgumentCompleter" None, "";
    ISCRIPTEXTENT IScriptExtent "System.Management.Automation.Language.IScriptExtent" None, "";
    MEMBERINFO MemberInfo "System.Reflection.MemberInfo" None, "System.Object";
    TYPEINFO TypeInfo "System.Reflection.TypeInfo" None, "System.Type";
    FILESYSTEMINFO FileSystemInfo "System.IO.FileSystemInfo" None, "System.Object";
    TEXTWRITER TextWriter "System.IO.TextWriter" None, "System.Object";
    TEXTREADER TextReader "System.IO.TextReader" None, "System.Object";
    STREAM Stream "System.IO.Stream" None, "System.Object";
    PSVARIABLE PSVariable "System.Management.Automation.PSVariable" Some("psvariable"), "System.Object";
    PSMODULEINFO PSModuleInfo "System.Management.Automation.PSModuleInfo" Some("psmoduleinfo"), "System.Object";
    PSNOTEPROPERTY PSNoteProperty "System.Management.Automation.PSNoteProperty" Some("psnoteproperty"), "System.Object";
    PSSCRIPTPROPERTY PSScriptProperty "System.Management.Automation.PSScriptProperty" Some("psscriptproperty"), "System.Object";
    PSALIASPROPERTY PSAliasProperty "System.Management.Automation.PSAliasProperty" Some("psaliasproperty"), "System.Object";
    PSSCRIPTMETHOD PSScriptMethod "System.Management.Automation.PSScriptMethod" Some("psscriptmethod"), "System.Object";
    PSPRIMITIVEDICTIONARY PSPrimitiveDictionary "System.Management.Automation.PSPrimitiveDictionary" Some("psprimitivedictionary"), "System.Collections.Hashtable";
    COMMANDINFO CommandInfo "System.Management.Automation.CommandInfo" None, "System.Object";
    FUNCTIONINFO FunctionInfo "System.Management.Automation.FunctionInfo" None, "System.Management.Automation.CommandInfo";
    CMDLETINFO CmdletInfo "System.Management.Automation.CmdletInfo" None, "System.Management.Automation.CommandInfo";
    ALIASINFO AliasInfo "System.Management.Automation.AliasInfo" None, "System.Management.Automation.CommandInfo";
    APPLICATIONINFO ApplicationInfo "System.Management.Automation.ApplicationInfo" None, "System.Management.Automation.CommandInfo";
    EXTERNALSCRIPTINFO ExternalScriptInfo "System.Management.Automation.ExternalScriptInfo" None, "System.Management.Automation.CommandInfo";
    SCRIPTINFO ScriptInfo "System.Management.Automation.ScriptInfo" None, "System.Management.Automation.CommandInfo";
    PSDRIVEINFO PSDriveInfo "System.Management.Automation.PSDriveInfo" None, "System.Object";
    PROVIDERINFO ProviderInfo "System.Management.Automation.ProviderInfo" None, "System.Object";
    COMMANDCOMPLETION CommandCompletion "System.Management.Automation.CommandCompletion" None, "System.Object";
    INFORMATIONRECORD InformationRecord "System.Management.Automation.InformationRecord" None, "System.Object";
    WARNINGRECORD WarningRecord "System.Management.Automation.WarningRecord" None, "System.Object";
    ATTRIBUTE Attribute "System.Attribute" None, "System.Object";
    PARAMETERATTRIBUTE ParameterAttribute "System.Management.Automation.ParameterAttribute" Some("Parameter"), "System.Attribute";
    ALIASATTRIBUTE AliasAttribute "System.Management.Automation.AliasAttribute" Some("Alias"), "System.Attribute";
    VALIDATESET ValidateSet "System.Management.Automation.ValidateSetAttribute" Some("ValidateSet"), "System.Attribute";
    VALIDATERANGE ValidateRange "System.Management.Automation.ValidateRangeAttribute" Some("ValidateRange"), "System.Attribute";
    VALIDATELENGTH ValidateLength "System.Management.Automation.ValidateLengthAttribute" Some("ValidateLength"), "System.Attribute";
    VALIDATECOUNT ValidateCount "System.Management.Automation.ValidateCountAttribute" Some("ValidateCount"), "System.Attribute";
    VALIDATEPATTERN ValidatePattern "System.Management.Automation.ValidatePatternAttribute" Some("ValidatePattern"), "System.Attribute";
    VALIDATESCRIPT ValidateScript "System.Management.Automation.ValidateScriptAttribute" Some("ValidateScript"), "System.Attribute";
    VALIDATENOTNULL ValidateNotNull "System.Management.Automation.ValidateNotNullAttribute" Some("ValidateNotNull"), "System.Attribute";
    VALIDATENOTNULLOREMPTY ValidateNotNullOrEmpty "System.Management.Automation.ValidateNotNullOrEmptyAttribute" Some("ValidateNotNullOrEmpty"), "System.Attribute";
    ALLOWNULL AllowNull "System.Management.Automation.AllowNullAttribute" Some("AllowNull"), "System.Attribute";
    ALLOWEMPTYSTRING AllowEmptyString "System.Management.Automation.AllowEmptyStringAttribute" Some("AllowEmptyString"), "System.Attribute";
    ALLOWEMPTYCOLLECTION AllowEmptyCollection "System.Management.Automation.AllowEmptyCollectionAttribute" Some("AllowEmptyCollection"), "System.Attribute";
    RUNTIMEDEFINEDPARAMETER RuntimeDefinedParameter "System.Management.Automation.RuntimeDefinedParameter" None, "System.Object";
    RUNTIMEDEFINEDPARAMETERS RuntimeDefinedParameters "System.Management.Automation.RuntimeDefinedParameterDictionary" None, "System.Object";
    VALIDATEARGUMENTS ValidateArguments "System.Management.Automation.ValidateArgumentsAttribute" None, "System.Attribute";
    VALIDATEENUMERATED ValidateEnumerated "System.Management.Automation.ValidateEnumeratedArgumentsAttribute" None, "System.Management.Automation.ValidateArgumentsAttribute";
    TRANSFORMATION ArgumentTransformation "System.Management.Automation.ArgumentTransformationAttribute" None, "System.Attribute";
    VALIDSETVALUES ValidSetValues "System.Management.Automation.IValidateSetValuesGenerator" None, "";
    ENGINEINTRINSICS EngineIntrinsics "System.Management.Automation.EngineIntrinsics" None, "System.Object";
    PSPARSER PsParser "System.Management.Automation.PSParser" None, "System.Object";
    POWERSHELL PowerShell "System.Management.Automation.PowerShell" Some("powershell"), "System.Object";
    RUNSPACEFACTORY RunspaceFactory "System.Management.Automation.Runspaces.RunspaceFactory" Some("runspacefactory"), "System.Object";
    RUNSPACE Runspace "System.Management.Automation.Runspaces.Runspace" Some("runspace"), "System.Object";
    RUNSPACEPOOL RunspacePool "System.Management.Automation.Runspaces.RunspacePool" None, "System.Object";
    INITIALSESSIONSTATE InitialSessionState "System.Management.Automation.Runspaces.InitialSessionState" Some("initialsessionstate"), "System.Object";
    VARIABLEENTRY VariableEntry "System.Management.Automation.Runspaces.SessionStateVariableEntry" None, "System.Object";
    FUNCTIONENTRY FunctionEntry "System.Management.Automation.Runspaces.SessionStateFunctionEntry" None, "System.Object";
    PSDATACOLLECTION PsDataCollection "System.Management.Automation.PSDataCollection" None, "System.Object";
    PSCONSOLEREADLINE PsConsoleReadLine "Microsoft.PowerShell.PSConsoleReadLine" None, "System.Object";
    MONITOR Monitor "System.Threading.Monitor" None, "System.Object";
    MUTEX Mutex "System.Threading.Mutex" None, "System.Object";
    COMPLETIONRESULT CompletionResult "System.Management.Automation.CompletionResult" None, "System.Object";
}
