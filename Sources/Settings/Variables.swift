import Glibc
import Secrets

/// The variables that the program reads: those of `.env`, and over them those of the process.
public struct Variables: Sendable {
  /// One variable and where it was found.
  public struct Found: Sendable {
    /// The value; what is not secret becomes text where it is used.
    public let value: Secret
    /// Where it was found.
    public let place: SettingsProblem.Place
  }

  /// The beginnings of the names that belong to this program.
  static let ourBeginnings = ["PERPDECK_", "BLOFIN_", "BITGET_"]

  private var found: [String: Found] = [:]

  /// No variables.
  public init() {}

  /// Takes a variable in; one of the same name is replaced.
  public mutating func set(_ name: String, _ value: Secret, place: SettingsProblem.Place) {
    found[name] = Found(value: value, place: place)
  }

  /// Puts other variables over these.
  public mutating func overlay(_ stronger: Variables) {
    found.merge(stronger.found) { _, new in new }
  }

  /// The names, sorted.
  public var names: [String] { found.keys.sorted() }

  /// Returns the value of a variable, nil when it is not there.
  public func secret(_ name: String) -> Secret? { found[name]?.value }

  /// Returns where a variable was found, nil when it is not there.
  public func place(_ name: String) -> SettingsProblem.Place? { found[name]?.place }

  /// Returns the value of a variable that is not secret as text, nil when it is not there.
  public func text(_ name: String) -> String? {
    secret(name)?.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Takes this program's variables out of the process: their values are overwritten and the names
  /// removed, so that neither a child nor `/proc/<pid>/environ` shows them afterwards.
  ///
  /// Call it once, at start, before other threads exist.
  public static func takeFromProcess() -> Variables {
    var variables = Variables()
    for name in processNames() where ourBeginnings.contains(where: name.hasPrefix) {
      guard let value = getenv(name) else { continue }
      let length = strlen(value)
      variables.set(
        name, Secret(copying: UnsafeRawBufferPointer(start: value, count: length)),
        place: .variable(name))
      explicit_bzero(value, length)
      unsetenv(name)
    }
    return variables
  }

  private static func processNames() -> [String] {
    var names: [String] = []
    var entry = environ
    while let text = entry.pointee {
      let length = strcspn(text, "=")
      names.append(
        String(
          decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self))
      entry += 1
    }
    return names
  }
}

extension Variables {
  /// The settings that variables override: `PERPDECK_RISK_LEVERAGE_MAXIMUM` is the setting
  /// `risk.leverageMaximum`.
  ///
  /// Variables of the program that are no setting and not in `otherNames` become overrides of a
  /// setting that does not exist, and so a complaint.
  public func overrides(otherNames: Set<String>) -> [SettingOverride] {
    names.filter { $0.hasPrefix("PERPDECK_") && !otherNames.contains($0) }.compactMap { name in
      guard let text = text(name) else { return nil }
      let path = Self.path(ofVariable: name)
      return SettingOverride(path: path, text: text, place: place(name) ?? .variable(name))
    }
  }

  /// Returns `risk.leverageMaximum` for `PERPDECK_RISK_LEVERAGE_MAXIMUM`.
  static func path(ofVariable name: String) -> String {
    let words = name.dropFirst("PERPDECK_".count).split(separator: "_").map { $0.lowercased() }
    guard let file = words.first else { return name }
    let key = words.dropFirst().enumerated().map { index, word in
      index == 0 ? word : word.prefix(1).uppercased() + word.dropFirst()
    }
    return "\(file).\(key.joined())"
  }
}
