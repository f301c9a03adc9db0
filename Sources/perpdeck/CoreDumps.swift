import Glibc

/// Keeps what is in memory out of files: a crash of this program leaves no core behind (S05).
enum CoreDumps {
  /// Turns them off for this process and all it starts.
  static func turnOff() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    // A core that is piped to a program does not obey that limit; without mappings it is empty.
    let descriptor = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = write(descriptor, "0\n", 2)
    close(descriptor)
  }
}
