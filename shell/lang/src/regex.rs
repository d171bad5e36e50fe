//! Regular expressions with .NET's syntax, options and replacement patterns.
