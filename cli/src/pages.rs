//! Huge pages of memory, which the allocator asks for. A server touches hundreds of megabytes and needs a fifth less of the
//! processor with them; a shell that prints a line would take ten megabytes that it has no use for.

/// Whether this process gets them from now on. Where the system has no such switch, it is the system's to say.
pub fn use_huge(wanted: bool) {
    #[cfg(target_os = "linux")]
    // A system that refuses costs memory or time, and nothing else.
    let _ = nix::sys::prctl::set_thp_disable(!wanted);
    #[cfg(not(target_os = "linux"))]
    let _ = wanted;
}
