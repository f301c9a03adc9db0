import Glibc
import Secrets

/// The file `.env`: variables that should not be typed each time, among them the keys.
///
/// Lines are `NAME=value`, with `export` before or quotes around the value allowed; a line that
/// begins with `#` is a comment. Nothing is expanded.
public struct SecretsFile: Sendable {
  /// What was in it.
  public let variables: Variables

  /// Larger than any such file that a person writes.
  static let sizeLimit = 64 << 10

  /// Reads the file at a path; a missing file has no variables.
  ///
  /// Everything else must be right: a regular file of this user, not a link, that nobody else may
  /// read. For live it must also not lie in a git work tree, from where it is one mistake to a
  /// public place. (S01)
  public init(path: String, environment: TradingEnvironment) throws(SettingsProblems) {
    let descriptor: Int32
    let status: stat
    do throws(FileProblem) {
      (descriptor, status) = try FileReading.open(path, followsLinks: false)
    } catch .missing {
      variables = Variables()
      return
    } catch {
      throw Self.unreadable(path, error)
    }
    defer { close(descriptor) }
    let unsafe = Self.problems(with: status, path: path, environment: environment)
    guard unsafe.isEmpty else { throw SettingsProblems(unsafe) }
    var bytes: [UInt8]
    do throws(FileProblem) {
      bytes = try FileReading.bytes(of: descriptor, limit: Self.sizeLimit)
    } catch {
      throw Self.unreadable(path, error)
    }
    var problems: [SettingsProblem] = []
    variables = Self.parse(bytes, file: path, &problems)
    bytes.withUnsafeMutableBytes { buffer in
      if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
    }
    guard problems.isEmpty else { throw SettingsProblems(problems) }
  }

  private static func unreadable(_ path: String, _ problem: FileProblem) -> SettingsProblems {
    SettingsProblems([SettingsProblem(.file(path), problem.complaint(limit: sizeLimit))])
  }

  private static func problems(
    with status: stat, path: String, environment: TradingEnvironment
  ) -> [SettingsProblem] {
    var problems: [SettingsProblem] = []
    if status.st_uid != geteuid() {
      problems.append(SettingsProblem(.file(path), .unsafe("it belongs to another user")))
    }
    if status.st_mode & 0o077 != 0 {
      problems.append(
        SettingsProblem(.file(path), .unsafe("others may read it; run chmod 600 \(path)")))
    }
    if environment == .live, let tree = gitFolder(above: path) {
      problems.append(
        SettingsProblem(
          .file(path),
          .unsafe(
            """
            it lies in the git work tree \(tree); for live, keep it elsewhere and name it with \
            --env-file
            """)))
    }
    return problems
  }

  /// Returns the folder above a path that holds a `.git`, nil when there is none.
  private static func gitFolder(above path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    var folder = String(cString: resolved)
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      if access(folder + "/.git", F_OK) == 0 { return folder.isEmpty ? "/" : folder }
    }
    return nil
  }
}

extension SecretsFile {
  /// Reads the lines. Values never become text and never stand in a complaint.
  static func parse(
    _ bytes: borrowing [UInt8], file: String, _ problems: inout [SettingsProblem]
  ) -> Variables {
    var variables = Variables()
    var start = 0
    var number = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      number += 1
      let place = SettingsProblem.Place.line(file: file, line: number, column: 1)
      if let complaint = parseLine(bytes[start..<end], place, &variables) {
        problems.append(SettingsProblem(place, complaint))
      }
      start = end + 1
    }
    return variables
  }

  private static func parseLine(
    _ line: ArraySlice<UInt8>, _ place: SettingsProblem.Place, _ variables: inout Variables
  ) -> SettingsProblem.Complaint? {
    var line = trimmed(line)
    if line.isEmpty || line.first == UInt8(ascii: "#") { return nil }
    if line.starts(with: "export ".utf8) { line = trimmed(line.dropFirst(7)) }
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
      return .unsafe("the line is not NAME=value")
    }
    let nameBytes = line[..<equals]
    guard isName(nameBytes) else { return .unsafe("the line does not begin with a NAME=") }
    let name = String(decoding: nameBytes, as: UTF8.self)
    guard let value = unquoted(line[(equals + 1)...]) else {
      return .unsafe("the quotes around the value of \(name) do not match")
    }
    if variables.secret(name) != nil { return .duplicateKey(name) }
    variables.set(
      name, value.withUnsafeBytes { Secret(copying: $0) }, place: place)
    return nil
  }

  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      return false
    }
    return bytes.allSatisfy {
      switch $0 {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  private static func unquoted(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let first = value.first, first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") else {
      return value.last == UInt8(ascii: "\"") || value.last == UInt8(ascii: "'") ? nil : value
    }
    guard value.count >= 2, value.last == first else { return nil }
    return value.dropFirst().dropLast()
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
    var slice = bytes.drop(while: isBlank)
    // A view of the same bytes; removing the last byte in place would make a copy of a secret.
    while let last = slice.last, isBlank(last) { slice = slice.dropLast() }
    return slice
  }
}
