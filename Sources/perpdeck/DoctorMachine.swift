import CandleCache
import Glibc
import Journal
import Settings
import Trading
import Units

/// What the doctor looks at on this machine, without a network.
enum DoctorMachine {
  /// The terminal and its letters.
  static func terminal(_ environment: [String: String]) -> [DoctorFinding] {
    var findings: [DoctorFinding] = []
    var size = winsize()
    let type = environment["TERM"] ?? ""
    if isatty(STDOUT_FILENO) == 0 {
      findings.append(.skipped("terminal", "standard output is no terminal"))
    } else if type.isEmpty || type == "dumb" {
      findings.append(
        .bad(
          "terminal", "TERM is \(type.isEmpty ? "not set" : type): no screen can be drawn",
          next: "set TERM, as in TERM=xterm-256color, or use --plain"))
    } else if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0,
      size.ws_col < 80 || size.ws_row < 24
    {
      findings.append(
        .warning(
          "terminal", "\(type), \(size.ws_col)x\(size.ws_row): panels are cut",
          next: "make it 80x24 or larger"))
    } else {
      findings.append(.good("terminal", "\(type), \(size.ws_col)x\(size.ws_row)"))
    }
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let isUnicode = ["utf-8", "utf8"].contains { locale.lowercased().hasSuffix($0) }
    findings.append(
      isUnicode
        ? .good("locale", locale)
        : .warning(
          "locale", locale.isEmpty ? "none is set: ASCII is drawn" : "\(locale): ASCII is drawn",
          next: "set LANG=C.UTF-8 for lines and charts"))
    return findings
  }

  /// Whether the data folder takes files and the disk has room.
  static func disk(_ folder: String) -> DoctorFinding {
    let existing = nearestExisting(folder)
    guard access(existing, W_OK | X_OK) == 0 else {
      return .bad(
        "disk", "\(existing) cannot be written: \(String(cString: strerror(errno)))",
        next: "choose a folder of your own with --data")
    }
    var status = statvfs()
    guard statvfs(existing, &status) == 0 else {
      return .bad(
        "disk", "\(existing): \(String(cString: strerror(errno)))", next: "look at the disk")
    }
    let free = (UInt64(status.f_bavail) * UInt64(status.f_frsize)) >> 20
    if status.f_flag & UInt(ST_RDONLY) != 0 {
      return .bad("disk", "\(existing) is mounted read-only", next: "choose another with --data")
    }
    if free < 20 {
      return .bad(
        "disk", "\(free) MiB free at \(existing): no order is sent without its journal",
        next: "free some space")
    }
    if free < 500 {
      return .warning("disk", "\(free) MiB free at \(existing)", next: "free some space")
    }
    return .good("disk", "\(existing) is ours, \(free) MiB free")
  }

  private static func nearestExisting(_ folder: String) -> String {
    var path = folder
    while access(path, F_OK) != 0 {
      guard let slash = path.lastIndex(of: "/") else { return "." }
      path = slash == path.startIndex ? "/" : String(path[..<slash])
    }
    return path
  }

  /// Whether a time service keeps the clock, as far as its traces tell.
  static func clock() -> DoctorFinding {
    let traces = [
      ("/run/systemd/timesync/synchronized", "systemd-timesyncd"), ("/run/chrony", "chrony"),
      ("/run/chronyd.pid", "chrony"), ("/run/ntpd.pid", "ntpd"),
    ]
    if let found = traces.first(where: { access($0.0, F_OK) == 0 }) {
      return .good("clock", "kept by \(found.1)")
    }
    return .skipped("clock", "no time service is seen; the exchange's own time tells")
  }

  /// Whether a crash can leave secrets in a file.
  static func coreDumps() -> DoctorFinding {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else {
      return .skipped("core dumps", "the limit cannot be read")
    }
    return limit.rlim_cur == 0
      ? .good("core dumps", "off")
      : .warning("core dumps", "on: a crash would write keys to disk", next: "ulimit -c 0")
  }

  /// Whether as many files may be open as a session needs.
  static func openFiles() -> DoctorFinding {
    guard let limit = OpenFiles.limit else {
      return .skipped("open files", "the limit cannot be read")
    }
    if let complaint = OpenFiles.complaint {
      return .bad("open files", complaint, next: OpenFiles.remedy)
    }
    return .good("open files", "\(limit) are allowed")
  }

  /// Whether each journal of the account can be read and is sound.
  static func journals(data: String, account: String) -> [DoctorFinding] {
    let folders = TradingEnvironment.allCases.flatMap { environment in
      environment == .paper ? PaperMarket.allCases.map(\.rawValue) : [environment.rawValue]
    }
    var findings: [DoctorFinding] = []
    for folder in folders {
      let path = "\(data)/\(folder)/\(account)/journal.sqlite"
      guard access(path, F_OK) == 0 else { continue }
      findings.append(journal(path, named: "journal \(folder)"))
    }
    return findings.isEmpty ? [.good("journal", "none yet below \(data)")] : findings
  }

  private static func journal(_ path: String, named name: String) -> DoctorFinding {
    do throws(JournalProblem) {
      let archive = try JournalArchive(path: path)
      let size = JournalFacts.size(of: path) >> 20
      guard size <= largestCheckedSize else {
        return .warning(
          name, "\(path) has \(size) MiB and was only opened", next: "perpdeck journal verify")
      }
      let damage = try archive.read { (reading) throws(JournalProblem) in try reading.damage() }
      guard damage.isEmpty else {
        return .bad(
          name, "\(path) is damaged: \(damage.prefix(3).joined(separator: "; "))",
          next: "move it away, with its -wal and -shm files, and put the newest copy from its "
            + "backups folder in its place")
      }
      return .good(name, "\(path) is sound")
    } catch {
      return .bad(name, "\(error)", next: "perpdeck journal verify says more")
    }
  }

  /// What is kept of past candles and whether it is sound.
  static func candles(data: String) -> DoctorFinding {
    let held = CandleFolder.holdings(data: data)
    guard held.fileCount > 0 || held.problems != [] else {
      return .good("candles", "none are kept yet in \(held.path)")
    }
    let files = held.fileCount == 1 ? "1 file" : "\(held.fileCount) files"
    let size = "\((held.size + 1_023) >> 10) of at most \(CandleFolder.sizeLimit >> 10) KiB"
    guard let problem = held.problems?.first else {
      let verdict = held.problems == nil ? "was not looked into" : "is sound"
      return .good("candles", "\(held.path) \(verdict): \(files), \(size)")
    }
    return .warning(
      "candles", "\(problem)", next: "nothing; or delete \(held.path), and all of it is read anew")
  }

  /// The largest journal that is checked whole, in MiB: a second of reading.
  private static let largestCheckedSize: Int64 = 256
}

/// Facts about a journal's file.
enum JournalFacts {
  /// Returns the size of a file in bytes, zero when it cannot be read.
  static func size(of path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }
}
