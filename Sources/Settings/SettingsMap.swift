import Yams

/// A value that was given outside of the files and takes the place of what stands in them.
public struct SettingOverride: Sendable, Hashable {
  /// The setting with its file: `risk.leverageMaximum`.
  public let path: String
  /// The value, as it would stand in the file.
  public let text: String
  /// Where it was given.
  public let place: SettingsProblem.Place

  /// States an override.
  public init(path: String, text: String, place: SettingsProblem.Place) {
    self.path = path
    self.text = text
    self.place = place
  }
}

/// One group of keys while it is being read: knows which keys were asked for, and collects what is
/// wrong instead of stopping at it.
///
/// A slice of the settings names each of its keys once; what is left over at the end is unknown.
final class SettingsMap {
  /// What is wrong and what was said, for all groups of one loading.
  final class Findings {
    var problems: [SettingsProblem] = []
    var overrides: [SettingOverride] = []
    var usedOverrides: Set<String> = []
    /// Every setting with one value that exists, such as `risk.leverageMaximum`.
    var knownPaths: [String] = []
    /// Every setting that was asked for, in that order, with what is stated for it.
    var stated: [StatedSetting] = []
  }

  let file: String
  private let path: String
  /// The path with the places in lists: `pairs.pairs[0]`.
  private let shownPath: String
  private let node: Node.Mapping?
  private let findings: Findings
  private var known: [String] = []

  init(
    file: String, path: String, shownPath: String? = nil, node: Node.Mapping?, findings: Findings
  ) {
    self.file = file
    self.path = path
    self.shownPath = shownPath ?? path
    self.node = node
    self.findings = findings
  }

  /// Reads a key into a variable, which keeps its value when the key is missing or wrong.
  func value<Value>(_ key: String, _ kind: SettingKind<Value>, _ variable: inout Value) {
    if let value = optional(key, kind) { variable = value }
  }

  /// Reads a key; nil when it is missing or wrong.
  func optional<Value>(_ key: String, _ kind: SettingKind<Value>) -> Value? {
    known.append(key)
    let fullPath = "\(path).\(key)"
    findings.knownPaths.append(fullPath)
    // What stands in the file is checked even where it is overridden: it would fail another day.
    var value = written(key, kind)
    var text = value == nil ? nil : entry(key)?.value.scalar?.string
    var origin = text == nil ? nil : place(of: key)
    // The last one holds: the command line comes after the environment.
    for override in findings.overrides where override.path == fullPath {
      findings.usedOverrides.insert(fullPath)
      if let stronger = read(key, override.text, kind, override.place) {
        value = stronger
        text = override.text
        origin = override.place
      }
    }
    state(key, kind, text: text, origin)
    return value
  }

  private func state<Value>(
    _ key: String, _ kind: SettingKind<Value>, isList: Bool = false, text: String?,
    _ origin: SettingsProblem.Place?
  ) {
    findings.stated.append(
      StatedSetting(
        path: "\(shownPath).\(key)", text: text, origin: origin, expected: kind.expected,
        shape: isList ? .list(kind.shape) : kind.shape))
  }

  /// Reads a key that must be there; nil when it is missing or wrong.
  func required<Value>(
    _ key: String, _ kind: SettingKind<Value>, within place: SettingsProblem.Place
  )
    -> Value?
  {
    if entry(key) == nil { findings.problems.append(SettingsProblem(place, .missingKey(key))) }
    return optional(key, kind)
  }

  /// Reads a group of keys within this one.
  func group(_ key: String, _ read: (SettingsMap) -> Void) {
    known.append(key)
    let found = entry(key)
    if let found, found.value.mapping == nil {
      wrongShape(key, found.value, expected: "a group of keys")
    }
    let map = SettingsMap(
      file: file, path: "\(path).\(key)", shownPath: "\(shownPath).\(key)",
      node: found?.value.mapping, findings: findings)
    read(map)
    map.finish()
  }

  /// Reads a list of groups; nil when the key is missing, empty or something in it is wrong.
  func groups<Value>(
    _ key: String, limit: Int, _ read: (SettingsMap, SettingsProblem.Place) -> Value?
  ) -> [Value]? {
    known.append(key)
    guard let found = entry(key) else { return nil }
    guard let sequence = found.value.sequence else {
      wrongShape(key, found.value, expected: "a list of groups, each beginning with a dash")
      return nil
    }
    guard (1...limit).contains(sequence.count) else {
      conflict(at: key, "\(key) has \(sequence.count) entries; expected 1 to \(limit)")
      return nil
    }
    let values = sequence.enumerated().compactMap { number, item -> Value? in
      guard let mapping = item.mapping else {
        wrongShape(key, item, expected: "a list of groups, each beginning with a dash")
        return nil
      }
      let map = SettingsMap(
        file: file, path: "\(path).\(key)[]", shownPath: "\(shownPath).\(key)[\(number)]",
        node: mapping, findings: findings)
      let value = read(map, place(of: item))
      map.finish()
      return value
    }
    return values.count == sequence.count ? values : nil
  }

  /// Reads a list of single values; nil when the key is missing or something in it is wrong.
  func list<Value>(_ key: String, _ kind: SettingKind<Value>) -> [Value]? {
    known.append(key)
    guard let found = entry(key) else {
      state(key, kind, isList: true, text: nil, nil)
      return nil
    }
    guard let sequence = found.value.sequence else {
      wrongShape(key, found.value, expected: "a list such as [a, b]")
      return nil
    }
    let texts = sequence.compactMap(\.scalar?.string)
    state(
      key, kind, isList: true, text: "[\(texts.joined(separator: ", "))]", place(of: found.value))
    let values = sequence.compactMap { item -> Value? in
      guard let text = item.scalar?.string else {
        wrongShape(key, item, expected: kind.expected)
        return nil
      }
      return read(key, text, kind, place(of: item), item.scalar?.style ?? .any)
    }
    return values.count == sequence.count ? values : nil
  }

  /// Adds a contradiction between settings, at the first of the keys that someone set.
  func conflict(at keys: String..., sentence: String) {
    let places = keys.compactMap { key -> SettingsProblem.Place? in
      let override = findings.overrides.last { $0.path == "\(path).\(key)" }
      return override?.place ?? entry(key).map { place(of: $0.value) }
    }
    conflict(at: places.first ?? .file(file), sentence)
  }

  /// Adds a contradiction at a key of this group.
  func conflict(at key: String, _ sentence: String) { conflict(at: key, sentence: sentence) }

  /// Adds a contradiction at a place.
  func conflict(at place: SettingsProblem.Place, _ sentence: String) {
    findings.problems.append(SettingsProblem(place, .conflict(sentence)))
  }

  /// Complains about every key that nobody asked for.
  func finish() {
    guard let node else { return }
    for (key, _) in node {
      let name = key.scalar?.string ?? "?"
      guard !known.contains(name) else { continue }
      findings.problems.append(
        SettingsProblem(
          place(of: key),
          .unknownKey(name, nearest: nearestName(to: name, among: known), known: known)))
    }
  }

  /// Whether a key does not stand in the file.
  func isMissing(_ key: String) -> Bool { entry(key) == nil }

  /// Where the value of a key stands; the file where it stands nowhere.
  func place(of key: String) -> SettingsProblem.Place {
    entry(key).map { place(of: $0.value) } ?? .file(file)
  }

  private func place(of node: Node) -> SettingsProblem.Place {
    node.mark.map { .line(file: file, line: $0.line, column: $0.column) } ?? .file(file)
  }

  private func entry(_ key: String) -> (key: Node, value: Node)? {
    node?.first { $0.key.scalar?.string == key }
  }

  private func written<Value>(_ key: String, _ kind: SettingKind<Value>) -> Value? {
    guard let found = entry(key) else { return nil }
    guard let scalar = found.value.scalar else {
      wrongShape(key, found.value, expected: kind.expected)
      return nil
    }
    let isEmpty = scalar.string.isEmpty || (scalar.style == .plain && scalar.string == "~")
    guard !isEmpty else {
      findings.problems.append(
        SettingsProblem(place(of: found.key), .missingValue(key: key, expected: kind.expected)))
      return nil
    }
    return read(key, scalar.string, kind, place(of: found.value), scalar.style)
  }

  private func read<Value>(
    _ key: String, _ text: String, _ kind: SettingKind<Value>, _ place: SettingsProblem.Place,
    _ style: Node.Scalar.Style = .any
  ) -> Value? {
    do throws(SettingTextProblem) {
      return try kind.read(text)
    } catch {
      findings.problems.append(
        SettingsProblem(
          Self.place(of: error, place, style), complaint(key, text, kind.expected, error)))
      return nil
    }
  }

  /// The place of a mistake within a text, where the text stands in the file as it was read.
  private static func place(
    of problem: SettingTextProblem, _ start: SettingsProblem.Place, _ style: Node.Scalar.Style
  ) -> SettingsProblem.Place {
    guard case .within(line: 1, let inner, _) = problem,
      case .line(let file, let line, let column) = start
    else { return start }
    switch style {
    case .any, .plain: return .line(file: file, line: line, column: column + inner - 1)
    case .singleQuoted, .doubleQuoted: return .line(file: file, line: line, column: column + inner)
    case .literal, .folded: return start
    }
  }

  private func complaint(
    _ key: String, _ text: String, _ expected: String, _ problem: SettingTextProblem
  ) -> SettingsProblem.Complaint {
    switch problem {
    case .notUnderstood: .notUnderstood(key: key, text: text, expected: expected)
    case .outside(let why): .outOfRange(key: key, text: text, why: why, expected: expected)
    case .unknownWord(let words):
      .unknownWord(
        key: key, text: text, nearest: nearestName(to: text, among: words), allowed: words)
    case .within(_, _, let sentence): .conflict("\(key): \(sentence)")
    }
  }

  private func wrongShape(_ key: String, _ node: Node, expected: String) {
    let found =
      switch node {
      case .scalar: "a single value"
      case .mapping: "a group of keys"
      case .sequence: "a list"
      case .alias: "an alias"
      }
    findings.problems.append(
      SettingsProblem(
        place(of: node), .wrongShape(key: key, found: found, expected: expected)))
  }
}
