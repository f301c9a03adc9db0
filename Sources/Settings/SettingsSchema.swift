import Strategies

/// The JSON Schema of each settings file, for editors that check YAML while it is typed.
///
/// It is made from the reading of the settings itself, so that it cannot say anything else. What
/// settings say of each other, and bounds of values with units, only the program checks.
public enum SettingsSchema {
  /// The files by their names without an ending.
  public static var names: [String] { SettingsFile.allCases.map(\.rawValue) }

  /// The files and their schemas.
  public static var all: [(name: String, text: String)] {
    let usual = SettingsMap.Findings()
    _ = SettingsLoader.read(texts, usual)
    return SettingsFile.allCases.map { file in
      let root = Group()
      for setting in usual.stated where setting.file == file.rawValue {
        root.add(setting, setting.path.split(separator: ".").dropFirst().map(String.init))
      }
      var lines = Lines()
      lines.open("{")
      lines.member("$schema", "\"http://json-schema.org/draft-07/schema#\"")
      lines.member("title", jsonQuoted("PerpDeck, \(file.name)"))
      root.write(to: &lines)
      lines.close("}")
      return ("\(file.rawValue).schema.json", lines.text)
    }
  }

  /// The default files, and a sample of those whose lists are empty by default: what an entry has
  /// is only known when one is read.
  static var texts: [SettingsFile: SettingsText] {
    var texts = DefaultFiles.texts
    let samples: [(SettingsFile, String)] = [
      (.keys, "keys:\n  - {action: flatten, keys: [F8]}\n"),
      (.templates, "templates:\n  - {name: dip, line: buy btc}\n"),
      (
        .strategies,
        StrategySettings.Kind.allCases.reduce("strategies:\n") { text, kind in
          text + "  - {name: \(kind.rawValue), kind: \(kind.rawValue), instrument: BTC-USDT, "
            + "timeFrame: 15m}\n"
        }
      ),
    ]
    for (file, sample) in samples {
      do throws(SettingsProblem) {
        texts[file] = try SettingsText(file: file.name, bytes: Array(sample.utf8))
      } catch {
        preconditionFailure("the program's own samples are sound: \(error)")
      }
    }
    return texts
  }

  /// Returns the schema of one value without its braces, one member a string.
  static func members(_ shape: SettingShape) -> [String] {
    switch shape {
    case .words(let words):
      // What reads as a number to YAML is one to the editor.
      let values = words.map { Int($0) == nil ? jsonQuoted($0) : $0 }
      return ["\"enum\": [\(values.joined(separator: ", "))]"]
    case .flag: return ["\"type\": \"boolean\""]
    case .number(let least, let most, let isWhole):
      return [
        "\"type\": \"\(isWhole ? "integer" : "number")\"", "\"minimum\": \(least)",
        "\"maximum\": \(most)",
      ]
    case .measure(let units):
      let choice = units.joined(separator: "|")
      return [
        "\"type\": \"string\"", "\"pattern\": \(jsonQuoted("^[0-9]+(\\.[0-9]+)? ?(\(choice))$"))",
      ]
    case .text(nil): return ["\"type\": \"string\""]
    case .text(let pattern?):
      return ["\"type\": \"string\"", "\"pattern\": \(jsonQuoted(pattern))"]
    case .numberOrText:
      return ["\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"number\"}]"]
    case .orOff(let other):
      return ["\"anyOf\": [{\(members(other).joined(separator: ", "))}, {\"const\": \"off\"}]"]
    case .list(let other):
      return [
        "\"type\": \"array\"", "\"items\": {\(members(other).joined(separator: ", "))}",
      ]
    }
  }

  /// Lines with their indentation and commas.
  private struct Lines {
    private var lines: [String] = []
    private var depth = 0

    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func open(_ text: String) {
      separate()
      lines.append(String(repeating: "  ", count: depth) + text)
      depth += 1
    }

    mutating func close(_ text: String) {
      depth -= 1
      lines.append(String(repeating: "  ", count: depth) + text)
    }

    mutating func member(_ name: String, _ value: String) { raw(jsonQuoted(name) + ": " + value) }

    mutating func raw(_ text: String) {
      separate()
      lines.append(String(repeating: "  ", count: depth) + text)
    }

    private mutating func separate() {
      guard let last = lines.last, !last.hasSuffix("{") else { return }
      lines[lines.count - 1] = last + ","
    }
  }

  /// A group of keys, or the group that repeats in a list.
  private final class Group {
    private enum Member {
      case setting(StatedSetting)
      case group(Group, isList: Bool)
    }

    private var members: [(name: String, member: Member)] = []

    func add(_ setting: StatedSetting, _ path: [String]) {
      guard let first = path.first else { return }
      guard path.count > 1 else {
        if !members.contains(where: { $0.name == first }) {
          members.append((first, .setting(setting)))
        }
        return
      }
      let name = String(first.prefix { $0 != "[" })
      let rest = Array(path.dropFirst())
      for case (name, .group(let group, _)) in members {
        group.add(setting, rest)
        return
      }
      let group = Group()
      members.append((name, .group(group, isList: first.contains("["))))
      group.add(setting, rest)
    }

    func write(to lines: inout Lines) {
      lines.member("type", "\"object\"")
      lines.member("additionalProperties", "false")
      lines.open("\"properties\": {")
      for (name, member) in members {
        lines.open("\(jsonQuoted(name)): {")
        switch member {
        case .setting(let setting):
          lines.member("description", jsonQuoted(setting.expected))
          for text in SettingsSchema.members(setting.shape) { lines.raw(text) }
        case .group(let group, let isList):
          if isList {
            lines.member("type", "\"array\"")
            lines.open("\"items\": {")
          }
          group.write(to: &lines)
          if isList { lines.close("}") }
        }
        lines.close("}")
      }
      lines.close("}")
    }
  }
}

/// A text in the quotes of JSON; settings have no control characters in their words.
private func jsonQuoted(_ text: String) -> String {
  var escaped = ""
  for character in text {
    if character == "\\" || character == "\"" { escaped.append("\\") }
    escaped.append(character)
  }
  return "\"\(escaped)\""
}
