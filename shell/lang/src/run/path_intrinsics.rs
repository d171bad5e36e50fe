//! `$ExecutionContext.SessionState.Path`, and the same methods of `$PSCmdlet`: paths as the session's drives see them.

use std::sync::Arc;

use crate::error::Result;
use crate::members::World;
use crate::members::path_info::path_info;
use crate::value::{Instance, Value};

use super::Machine;

/// System.Management.Automation.PathIntrinsics.
pub(super) struct PathIntrinsics {
    /// Where the session is.
    pub(super) location: String,
    /// Where it is among the files.
    pub(super) folder: String,
}

impl Instance for PathIntrinsics {
    fn type_name(&self) -> Arc<str> {
        Arc::from("System.Management.Automation.PathIntrinsics")
    }

    fn property_names(&self) -> Vec<Arc<str>> {
        ["CurrentLocation", "CurrentFileSystemLocation"]
            .map(Arc::from)
            .to_vec()
    }

    fn property(&self, name: &str) -> Option<Value> {
        match name.to_ascii_lowercase().as_str() {
            "currentlocation" => Some(path_info(&self.location)),
            "currentfilesystemlocation" => Some(path_info(&self.folder)),
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
        path_method(name, arguments, world)
    }
}

/// A path that need not exist, from the drive that it is on.
const UNRESOLVED: &str = "$path = [string]$args[0] -replace '^(Microsoft\\.PowerShell\\.Core\\\\)?FileSystem::', ''; \
    if ($path -match '^~(?=$|[/\\\\])') { $path = $HOME + $path.Substring(1) }; \
    if ($path -match '^([^:/\\\\]+):(.*)$' -and ($drive = Get-PSDrive -Name $Matches[1] -ErrorAction Ignore)) { \
        if ($drive.Provider.ToString() -notmatch 'FileSystem') { return $Matches[2].TrimStart('/', '\\') }; \
        $path = Join-Path $drive.Root $Matches[2] }; \
    [IO.Path]::GetFullPath([IO.Path]::Combine($ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath, $path))";

/// A method about paths; `None` when there is none of that name and number of arguments.
pub(super) fn path_method(name: &str, arguments: &[Value], world: &mut dyn World) -> Option<Result<Value>> {
    let text = match (name.to_ascii_lowercase().as_str(), arguments.len()) {
        ("getunresolvedproviderpathfrompspath", 1 | 3) => UNRESOLVED,
        ("getresolvedproviderpathfrompspath", 1 | 2) => {
            "if ($args.Count -gt 1) { $args[1].Value = 'Microsoft.PowerShell.Core\\FileSystem' }; \
             , [Collections.ObjectModel.Collection[string]]@((Resolve-Path -Path $args[0] -ErrorAction Stop).ProviderPath)"
        }
        ("getresolvedpspathfrompspath", 1) => {
            ", [Collections.ObjectModel.Collection[object]]@(Resolve-Path -Path $args[0] -ErrorAction Stop)"
        }
        ("currentproviderlocation", 1) => {
            "if ([string]$args[0] -match 'FileSystem$') { $ExecutionContext.SessionState.Path.CurrentFileSystemLocation } else { $ExecutionContext.SessionState.Path.CurrentLocation }"
        }
        ("setlocation", 1) => "Set-Location -Path $args[0] -PassThru",
        ("pushcurrentlocation", 1) => "Push-Location -StackName $args[0]",
        ("poplocation", 1) => "Pop-Location -StackName $args[0] -PassThru",
        ("combine", 2) => "Join-Path -Path $args[0] -ChildPath $args[1]",
        ("parseparent", 2) => "Split-Path -Path $args[0] -Parent",
        ("parsechildname", 1) => "Split-Path -Path $args[0] -Leaf",
        ("isvalid", 1) => "Test-Path -Path $args[0] -IsValid",
        ("isproviderqualified", 1) => "([string]$args[0]).Contains('::')",
        ("ispsabsolute", 2) => {
            "$is = [string]$args[0] -match '^([^:/\\\\]+):(?!:)'; if ($is) { $args[1].Value = $Matches[1] }; \
             $is -or ([string]$args[0]).StartsWith('/')"
        }
        ("normalizerelativepath", 2) => {
            "[IO.Path]::GetRelativePath($args[1], [IO.Path]::Combine($args[1], $args[0]))"
        }
        _ => return None,
    };
    let run = world
        .parse_block(text)
        .and_then(|block| world.call_block(&block, None, None, arguments));
    Some(run.map(Machine::as_value))
}
