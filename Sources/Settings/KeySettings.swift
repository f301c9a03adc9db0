/// Other keys for one action of the dashboard; what the names mean is the dashboard's to say.
public struct KeySetting: Sendable, Hashable {
  /// Which part of the key table: `main`, `ticket`, ...
  public var context: String
  /// The action by its name in the key table.
  public var action: String
  /// All of its keys by their names.
  public var keys: [String]
  /// Where it stands.
  public var place: SettingsProblem.Place
}

/// Everything in `keys.yaml`.
public struct KeysSettings: Sendable, Hashable {
  /// The changes, in the order of the file; none by default.
  public var list: [KeySetting] = []

  /// The defaults.
  public init() {}
}

extension KeysSettings {
  /// More than the key table has rows.
  static let limit = 200

  mutating func read(_ map: SettingsMap) {
    let read = map.groups("keys", limit: Self.limit) { map, place -> KeySetting? in
      var context = "main"
      map.value("in", .shortText("a part of the key table, such as main"), &context)
      let action = map.required(
        "action", .shortText("the name of an action, such as flatten"), within: place)
      let keys = map.list("keys", .shortText("the name of a key, such as F8"))
      if map.isMissing("keys") { map.conflict(at: place, "keys are missing") }
      guard let action, let keys else { return nil }
      return KeySetting(context: context, action: action, keys: keys, place: place)
    }
    if let read { list = read }
  }
}

/// One order that the user named; what its line means is the dashboard's to say.
public struct TemplateSetting: Sendable, Hashable {
  /// How it is called.
  public var name: String
  /// The line of the command line that it stands for.
  public var line: String
  /// Where it stands.
  public var place: SettingsProblem.Place
}

/// Everything in `templates.yaml`.
public struct TemplatesSettings: Sendable, Hashable {
  /// The templates, in the order of the file; none by default.
  public var list: [TemplateSetting] = []

  /// The defaults.
  public init() {}
}

extension TemplatesSettings {
  /// The most templates.
  static let limit = 100

  mutating func read(_ map: SettingsMap) {
    var names: Set<String> = []
    let read = map.groups("templates", limit: Self.limit) { map, place -> TemplateSetting? in
      let name = map.required("name", .shortText("a short name, such as dip"), within: place)
      let line = map.required(
        "line", .shortText("an order, such as buy * 0.5% sl 1% tp 2r", limit: 256), within: place)
      if let name, !names.insert(name).inserted {
        map.conflict(at: "name", "the template \(name) stands in the list twice")
      }
      guard let name, let line else { return nil }
      return TemplateSetting(name: name, line: line, place: place)
    }
    if let read { list = read }
  }
}

extension SettingKind<String> {
  /// A text of at least one letter.
  fileprivate static func shortText(_ what: String, limit: Int = 40) -> SettingKind {
    SettingKind(expected: what) { text throws(SettingTextProblem) in
      guard !text.isEmpty else { throw .notUnderstood }
      guard text.count <= limit else { throw .outside("longer than \(limit) letters") }
      return text
    }
  }
}
