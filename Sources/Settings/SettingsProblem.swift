/// One thing that is wrong with what the user configured, and where it stands.
public struct SettingsProblem: Error, Sendable, Hashable {
  /// Where it stands.
  public enum Place: Sendable, Hashable {
    /// In a file, at a line and column counted from one.
    case line(file: String, line: Int, column: Int)
    /// In a file as a whole.
    case file(String)
    /// In an environment variable.
    case variable(String)
    /// In an option of the command line.
    case option(String)
  }

  /// What is wrong.
  public enum Complaint: Sendable, Hashable {
    /// The key is not one that we know.
    case unknownKey(String, nearest: String?, known: [String])
    /// The key stands twice in one place.
    case duplicateKey(String)
    /// The key has no value.
    case missingValue(key: String, expected: String)
    /// The key must be there and is not.
    case missingKey(String)
    /// The value is not of the expected kind.
    case notUnderstood(key: String, text: String, expected: String)
    /// The value is not one of the words that are allowed.
    case unknownWord(key: String, text: String, nearest: String?, allowed: [String])
    /// The value is of the right kind and too small or too large; `why` is such as `above 2 %`.
    case outOfRange(key: String, text: String, why: String, expected: String)
    /// A list or a group stands where one value should, or the other way round.
    case wrongShape(key: String, found: String, expected: String)
    /// Two settings contradict each other.
    case conflict(String)
    /// A file has a name near to that of a settings file, and would be read by nobody.
    case unknownFile(nearest: String)
    /// The file is not YAML; the words are the parser's.
    case notYAML(String)
    /// A tab stands where YAML wants spaces.
    case tab
    /// The file is not UTF-8 text.
    case notUTF8(String)
    /// The file is larger than any settings file.
    case tooLarge(bytes: Int, limit: Int)
    /// A feature of YAML that settings do not use.
    case notUsedHere(String)
    /// The operating system does not let us read it, or others may.
    case unsafe(String)
  }

  /// Where it stands.
  public let place: Place
  /// What is wrong.
  public let complaint: Complaint

  /// States a problem.
  public init(_ place: Place, _ complaint: Complaint) {
    self.place = place
    self.complaint = complaint
  }
}

/// Everything that is wrong, file by file in the order of the lines; never empty.
public struct SettingsProblems: Error, Sendable, Hashable {
  /// The problems in that order.
  public let list: [SettingsProblem]

  /// States the problems; traps when there are none.
  public init(_ list: [SettingsProblem]) {
    precondition(!list.isEmpty, "something is wrong")
    var ranks: [String: Int] = [:]
    let keyed = list.enumerated().map {
      offset, problem -> (key: (Int, Int, Int, Int), SettingsProblem) in
      switch problem.place {
      case .line(let file, let line, let column):
        let rank = ranks[file, default: offset]
        ranks[file] = rank
        return ((rank, line, column, offset), problem)
      case .file(let file):
        let rank = ranks[file, default: offset]
        ranks[file] = rank
        return ((rank, 0, 0, offset), problem)
      case .variable, .option: return ((offset, 0, 0, offset), problem)
      }
    }
    self.list = keyed.sorted { $0.key < $1.key }.map(\.1)
  }
}

extension SettingsProblems: CustomStringConvertible {
  /// One line each.
  public var description: String { list.map(\.description).joined(separator: "\n") }
}

extension SettingsProblem.Place: CustomStringConvertible {
  public var description: String {
    switch self {
    case .line(let file, let line, let column): "\(file):\(line):\(column)"
    case .file(let file): file
    case .variable(let name): "variable \(name)"
    case .option(let option): "option \(option)"
    }
  }
}

extension SettingsProblem: CustomStringConvertible {
  /// The place and a sentence.
  public var description: String { "\(place): \(complaint)" }
}

extension SettingsProblem.Complaint: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownKey(let key, let nearest?, _):
      "unknown key \(quoted(key)); did you mean \(nearest)?"
    case .unknownKey(let key, nil, let known):
      known.count <= 12
        ? "unknown key \(quoted(key)); known keys: \(known.joined(separator: ", "))"
        : "unknown key \(quoted(key)); the files in config/ state every key"
    case .duplicateKey(let key): "the key \(quoted(key)) stands twice"
    case .missingValue(let key, let expected): "\(key) has no value; expected \(expected)"
    case .missingKey(let key): "\(key) is missing"
    case .notUnderstood(let key, let text, let expected):
      "\(key): \(quoted(text)) is not understood; expected \(expected)"
    case .unknownWord(let key, let text, let nearest?, let allowed):
      """
      \(key): \(quoted(text)) is not one of \(allowed.joined(separator: ", ")); \
      did you mean \(nearest)?
      """
    case .unknownWord(let key, let text, nil, let allowed):
      "\(key): \(quoted(text)) is not one of \(allowed.joined(separator: ", "))"
    case .outOfRange(let key, let text, let why, let expected):
      "\(key): \(text) is \(why); expected \(expected)"
    case .wrongShape(let key, let found, let expected):
      "\(key) is \(found); expected \(expected)"
    case .conflict(let sentence): sentence
    case .unknownFile(let nearest): "this is no file of settings; did you mean \(nearest)?"
    case .notYAML(let words): "not readable as YAML: \(words)"
    case .tab: "a tab; YAML is indented with spaces"
    case .notUTF8(let reason): "not UTF-8 text: \(reason)"
    case .tooLarge(let bytes, let limit):
      "\(bytes) bytes is larger than a settings file may be (\(limit))"
    case .notUsedHere(let feature): "\(feature) are not used in settings"
    case .unsafe(let reason): reason
    }
  }

  /// A text of the user, shortened, with nothing in it that a terminal would obey.
  private func quoted(_ text: String) -> String {
    let shown = text.prefix(60).unicodeScalars.map { scalar -> String in
      let isPlain =
        scalar.properties.generalCategory != .control
        && scalar.properties.generalCategory != .format
      return isPlain ? String(scalar) : "?"
    }
    return "\"\(shown.joined())\(text.count > 60 ? "…" : "")\""
  }
}
