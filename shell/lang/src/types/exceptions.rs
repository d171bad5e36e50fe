//! The exception types that scripts catch and make, with what they derive from.

use super::Type;
use super::known::{Kind, Known};

macro_rules! exceptions {
    ($($name:literal : $base:literal;)*) => {
        static EXCEPTIONS: &[Known] = &[
            $(Known { name: $name, accelerator: None, base: $base, kind: Kind::Exception },)*
        ];
    };
}

exceptions! {
    "System.Exception": "System.Object";
    "System.SystemException": "System.Exception";
    "System.ApplicationException": "System.Exception";
    "System.ArgumentException": "System.SystemException";
    "System.ArgumentNullException": "System.ArgumentException";
    "System.ArgumentOutOfRangeException": "System.ArgumentException";
    "System.ArithmeticException": "System.SystemException";
    "System.DivideByZeroException": "System.ArithmeticException";
    "System.OverflowException": "System.ArithmeticException";
    "System.NotFiniteNumberException": "System.ArithmeticException";
    "System.ArrayTypeMismatchException": "System.SystemException";
    "System.FormatException": "System.SystemException";
    "System.UriFormatException": "System.FormatException";
    "System.IndexOutOfRangeException": "System.SystemException";
    "System.InvalidCastException": "System.SystemException";
    "System.InvalidOperationException": "System.SystemException";
    "System.ObjectDisposedException": "System.InvalidOperationException";
    "System.MissingMemberException": "System.SystemException";
    "System.MissingMethodException": "System.MissingMemberException";
    "System.NotImplementedException": "System.SystemException";
    "System.NotSupportedException": "System.SystemException";
    "System.PlatformNotSupportedException": "System.NotSupportedException";
    "System.NullReferenceException": "System.SystemException";
    "System.OperationCanceledException": "System.SystemException";
    "System.OutOfMemoryException": "System.SystemException";
    "System.StackOverflowException": "System.SystemException";
    "System.RankException": "System.SystemException";
    "System.TimeoutException": "System.SystemException";
    "System.TypeInitializationException": "System.SystemException";
    "System.TypeLoadException": "System.SystemException";
    "System.UnauthorizedAccessException": "System.SystemException";
    "System.AggregateException": "System.Exception";
    "System.Collections.Generic.KeyNotFoundException": "System.SystemException";
    "System.ComponentModel.Win32Exception": "System.Runtime.InteropServices.ExternalException";
    "System.Runtime.InteropServices.ExternalException": "System.SystemException";
    "System.Globalization.CultureNotFoundException": "System.ArgumentException";
    "System.IO.IOException": "System.SystemException";
    "System.IO.FileNotFoundException": "System.IO.IOException";
    "System.IO.DirectoryNotFoundException": "System.IO.IOException";
    "System.IO.DriveNotFoundException": "System.IO.IOException";
    "System.IO.PathTooLongException": "System.IO.IOException";
    "System.IO.EndOfStreamException": "System.IO.IOException";
    "System.IO.FileLoadException": "System.IO.IOException";
    "System.IO.InvalidDataException": "System.SystemException";
    "System.Net.WebException": "System.InvalidOperationException";
    "System.Net.Sockets.SocketException": "System.ComponentModel.Win32Exception";
    "System.Net.Http.HttpRequestException": "System.Exception";
    "System.Security.SecurityException": "System.SystemException";
    "System.Security.Authentication.AuthenticationException": "System.SystemException";
    "System.Security.Cryptography.CryptographicException": "System.SystemException";
    "System.Text.RegularExpressions.RegexParseException": "System.ArgumentException";
    "System.Threading.ThreadAbortException": "System.SystemException";
    "System.Threading.Tasks.TaskCanceledException": "System.OperationCanceledException";
    "System.Xml.XmlException": "System.SystemException";
    "System.Reflection.TargetInvocationException": "System.ApplicationException";
    "System.Text.Json.JsonException": "System.Exception";
    "System.Management.Automation.RuntimeException": "System.SystemException";
    "System.Management.Automation.ActionPreferenceStopException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.ApplicationFailedException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.BreakException": "System.Management.Automation.LoopFlowException";
    "System.Management.Automation.LoopFlowException": "System.Management.Automation.FlowControlException";
    "System.Management.Automation.FlowControlException": "System.SystemException";
    "System.Management.Automation.CmdletInvocationException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.CmdletProviderInvocationException": "System.Management.Automation.CmdletInvocationException";
    "System.Management.Automation.CommandNotFoundException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.DriveNotFoundException": "System.Management.Automation.SessionStateException";
    "System.Management.Automation.ExtendedTypeSystemException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.GetValueException": "System.Management.Automation.ExtendedTypeSystemException";
    "System.Management.Automation.GetValueInvocationException": "System.Management.Automation.GetValueException";
    "System.Management.Automation.SetValueException": "System.Management.Automation.ExtendedTypeSystemException";
    "System.Management.Automation.SetValueInvocationException": "System.Management.Automation.SetValueException";
    "System.Management.Automation.HaltCommandException": "System.SystemException";
    "System.Management.Automation.IncompleteParseException": "System.Management.Automation.ParseException";
    "System.Management.Automation.ItemNotFoundException": "System.Management.Automation.SessionStateException";
    "System.Management.Automation.MetadataException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.MethodException": "System.Management.Automation.ExtendedTypeSystemException";
    "System.Management.Automation.MethodInvocationException": "System.Management.Automation.MethodException";
    "System.Management.Automation.ParameterBindingException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.ParameterBindingValidationException": "System.Management.Automation.ParameterBindingException";
    "System.Management.Automation.ParameterBindingArgumentTransformationException": "System.Management.Automation.ParameterBindingException";
    "System.Management.Automation.ArgumentTransformationMetadataException": "System.Management.Automation.MetadataException";
    "System.Management.Automation.ParseException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.ParentContainsErrorRecordException": "System.SystemException";
    "System.Management.Automation.PipelineClosedException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.PipelineDepthException": "System.SystemException";
    "System.Management.Automation.PipelineStoppedException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.ProviderInvocationException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.ProviderNotFoundException": "System.Management.Automation.SessionStateException";
    "System.Management.Automation.PSArgumentException": "System.ArgumentException";
    "System.Management.Automation.PSArgumentNullException": "System.ArgumentNullException";
    "System.Management.Automation.PSArgumentOutOfRangeException": "System.ArgumentOutOfRangeException";
    "System.Management.Automation.PSInvalidCastException": "System.InvalidCastException";
    "System.Management.Automation.PSInvalidOperationException": "System.InvalidOperationException";
    "System.Management.Automation.PSNotImplementedException": "System.NotImplementedException";
    "System.Management.Automation.PSNotSupportedException": "System.NotSupportedException";
    "System.Management.Automation.PSObjectDisposedException": "System.ObjectDisposedException";
    "System.Management.Automation.PSSecurityException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.PSTaskException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.PropertyNotFoundException": "System.Management.Automation.ExtendedTypeSystemException";
    "System.Management.Automation.RedirectedException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.RemoteException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.ScriptBlockToPowerShellNotSupportedException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.ScriptCallDepthException": "System.SystemException";
    "System.Management.Automation.ScriptRequiresException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.SessionStateException": "System.Management.Automation.RuntimeException";
    "System.Management.Automation.SessionStateUnauthorizedAccessException": "System.Management.Automation.SessionStateException";
    "System.Management.Automation.ValidationMetadataException": "System.Management.Automation.MetadataException";
    "System.Management.Automation.WildcardPatternException": "System.Management.Automation.RuntimeException";
    "Microsoft.PowerShell.Commands.HelpNotFoundException": "System.SystemException";
    "Microsoft.PowerShell.Commands.HttpResponseException": "System.Net.Http.HttpRequestException";
    "Microsoft.PowerShell.Commands.HelpCategoryInvalidException": "System.ArgumentException";
    "Microsoft.PowerShell.Commands.ServiceCommandException": "System.SystemException";
    "Microsoft.PowerShell.Commands.ProcessCommandException": "System.SystemException";
    "Microsoft.PowerShell.Commands.WriteErrorException": "System.SystemException";
}

/// The exception type of a name in lower case, `System.` left out or not.
pub fn exception_named(lower: &str) -> Option<Type> {
    let same = |name: &str| {
        name.eq_ignore_ascii_case(lower)
            || name
                .get(..7)
                .is_some_and(|_| name.starts_with("System.") && name[7..].eq_ignore_ascii_case(lower))
    };
    EXCEPTIONS.iter().find(|known| same(known.name)).map(Type::Known)
}

/// What an exception type derives from, by full names; `None` for names that are not known.
pub fn base_of_exception(name: &str) -> Option<&'static str> {
    EXCEPTIONS
        .iter()
        .find(|known| known.name == name)
        .map(|known| known.base)
}

/// The full names of all of them.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    EXCEPTIONS.iter().map(|known| known.name)
}
