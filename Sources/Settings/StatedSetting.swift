/// One setting with what is stated for it, for people and editors.
public struct StatedSetting: Sendable, Hashable {
  /// Its name with the file: `risk.leverageMaximum`, `pairs.pairs[0].leverage`.
  public let path: String
  /// The value as it is written; nil when nothing states it.
  public let text: String?
  /// Where it is stated; nil for a default.
  public let origin: SettingsProblem.Place?
  /// What may stand there, as the end of a sentence.
  public let expected: String
  /// The form of the text.
  let shape: SettingShape

  /// The first part of the path: the file.
  var file: Substring { path.prefix { $0 != "." } }
}

/// The form of a setting's text, as far as an editor can check it.
enum SettingShape: Sendable, Hashable {
  /// One of some words.
  case words([String])
  /// True or false.
  case flag
  /// A number between two others, written as they are.
  case number(String, String, isWhole: Bool)
  /// A number with one of some units behind it.
  case measure(units: [String])
  /// A text, and what it has to match where that can be said.
  case text(pattern: String?)
  /// A number or a text.
  case numberOrText
  /// Something else, or the word `off`.
  indirect case orOff(SettingShape)
  /// A list of something.
  indirect case list(SettingShape)
}

extension SettingsLoader {
  /// Returns every setting with its value and where that comes from; those that nothing states
  /// have the defaults, as the files that are part of the program state them.
  ///
  /// What is wrong with the files is not told here: load them first.
  public func stated() -> [StatedSetting] {
    let given = SettingsMap.Findings()
    given.overrides = overrides
    _ = Self.read(texts().texts, given)
    let usual = SettingsMap.Findings()
    _ = Self.read(DefaultFiles.texts, usual)
    let byPath = Dictionary(given.stated.map { ($0.path, $0) }) { first, _ in first }
    let lists = Set(given.stated.compactMap { Self.list(of: $0.path) })
    var told: Set<String> = []
    var rows: [StatedSetting] = []
    for row in usual.stated {
      if let list = Self.list(of: row.path), lists.contains(list) {
        // A list in a file takes the place of the whole default list.
        guard told.insert(list).inserted else { continue }
        rows += given.stated.filter { Self.list(of: $0.path) == list }
      } else if let found = byPath[row.path], found.text != nil {
        rows.append(found)
      } else {
        rows.append(
          StatedSetting(
            path: row.path, text: row.text, origin: nil, expected: row.expected, shape: row.shape))
      }
    }
    for row in given.stated where Self.list(of: row.path).map({ !told.contains($0) }) ?? false {
      // A list that is empty by default.
      rows.append(row)
    }
    return rows
  }

  /// The list that a path goes through, such as `pairs.pairs`; nil when it goes through none.
  private static func list(of path: String) -> String? {
    path.firstIndex(of: "[").map { String(path[..<$0]) }
  }
}
