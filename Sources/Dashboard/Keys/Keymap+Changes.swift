import Screen

/// Other keys for an action, as the user wrote them.
public struct KeyChange: Sendable, Hashable {
  /// Where the keys count: `main`, `ticket`, ...
  public let context: String
  /// The action by its name in the table: `flatten`.
  public let action: String
  /// All of its keys by their names, such as `F8`; none leaves it to the palette.
  public let keys: [String]
  /// Where it was written, such as `keys.yaml:4:3`.
  public let place: String

  /// States a change.
  public init(context: String, action: String, keys: [String], place: String) {
    self.context = context
    self.action = action
    self.keys = keys
    self.place = place
  }
}

/// Everything that is wrong with changed keys, a line each with its place.
public struct KeymapProblems: Error, Sendable, Hashable, CustomStringConvertible {
  /// The lines, in the order of the changes; never empty.
  public let lines: [String]

  /// One line each.
  public var description: String { lines.joined(separator: "\n") }
}

extension Keymap {
  /// Returns the table with other keys for some actions, or everything that is wrong with them:
  /// unknown names, two meanings of one key, and what would make a question answer itself.
  public func changed(by changes: [KeyChange]) throws(KeymapProblems) -> Keymap {
    var map = self
    var places: [Int: String] = [:]
    var problems: [String] = []
    for change in changes {
      do throws(KeyComplaint) {
        let index = try map.place(of: change)
        if let former = places[index] {
          throw KeyComplaint(text: "\(change.action) has its keys already at \(former)")
        }
        map.rows[index].keys = try change.parsedKeys()
        places[index] = change.place
      } catch {
        problems.append("\(change.place): \(error.text)")
      }
    }
    problems += map.conflicts(places)
    for (index, place) in places.sorted(by: { $0.key < $1.key }) {
      problems += map.dangers(of: map.rows[index]).map { "\(place): \($0)" }
    }
    guard problems.isEmpty else { throw KeymapProblems(lines: problems) }
    return map
  }

  private func place(of change: KeyChange) throws(KeyComplaint) -> Int {
    guard let context = KeyContext(rawValue: change.context) else {
      let known = KeyContext.allCases.map(\.rawValue).joined(separator: ", ")
      throw KeyComplaint(text: "`\(change.context)` is no part of the key table: \(known)")
    }
    guard
      let index = rows.firstIndex(where: {
        $0.context == context && $0.action.name == change.action
      })
    else {
      let known = rows.filter { $0.context == context }.map(\.action.name).joined(separator: ", ")
      throw KeyComplaint(text: "`\(change.action)` is no action of \(context.rawValue): \(known)")
    }
    return index
  }

  /// A sentence for each key that means two things, at the place of what was changed.
  private func conflicts(_ places: [Int: String]) -> [String] {
    var problems: [String] = []
    for context in KeyContext.allCases {
      var owners: [Key: Int] = [:]
      for index in rows.indices where rows[index].context == context {
        for key in rows[index].keys {
          guard let other = owners.updateValue(index, forKey: key) else { continue }
          let late = places[index] == nil ? other : index
          let early = late == index ? other : index
          let origin = places[early].map { "at \($0)" } ?? "by default"
          let place = places[late] ?? "the key table"
          problems.append(
            "\(place): in \(context.rawValue), \(key) means \(rows[late].action.name) here and "
              + "\(rows[early].action.name) \(origin)")
        }
      }
    }
    return problems
  }

  /// Why the keys of a row would be dangerous or lock the user in.
  private func dangers(of row: KeyRow) -> [String] {
    var found: [String] = []
    let isVital =
      row.action == .back
      || [.quit, .flatten, .cancelEverything, .help, .halt, .confirm].contains(row.action)
    if isVital, row.keys.isEmpty { found.append("\(row.action.name) needs a key") }
    for key in row.keys {
      if case .paste = key { found.append("\(key) is no key") }
      if row.action.opensAtOnce, case .alternate = key {
        found.append("\(key) may not send an order: Esc and then a key may arrive as Alt with it")
      }
      if row.context.takesText(key) {
        found.append("\(key) types text in \(row.context.rawValue) and cannot do anything else")
      }
      if row.action.confirms, key == .enter || key == " " {
        found.append("\(key) may not send or confirm: it is pressed by habit")
      }
      if row.action.confirms || row.context == .marketOrder || row.context == .partialClose,
        let asking = asking(for: row).first(where: { $0.keys.contains(key) })
      {
        found.append(
          "\(key) is the key of \(asking.action.name) and may not be that of \(row.action.name): "
            + "held down it would answer itself")
      }
    }
    return found
  }

  /// The rows whose keys lead to where a row's keys count.
  private func asking(for row: KeyRow) -> [KeyRow] {
    let actions: [Action] =
      switch row.context {
      case .confirmation: [.flatten, .quit, .suspend, .resume, .approve]
      case .ticket: [.ticketLong, .ticketShort]
      case .priceForm: [.moveStop, .moveTarget, .amend]
      case .marketOrder: [.marketOrder]
      case .partialClose: [.partialClose]
      case .main, .line, .prompt, .palette, .reading: []
      }
    return row.action == .back
      ? [] : rows.filter { $0.context == .main && actions.contains($0.action) }
  }
}

/// What is wrong with one change.
private struct KeyComplaint: Error {
  let text: String
}

extension KeyChange {
  fileprivate func parsedKeys() throws(KeyComplaint) -> [Key] {
    var parsed: [Key] = []
    for name in keys {
      guard let key = Key(name: name) else {
        throw KeyComplaint(
          text: "`\(name)` is no key; keys are such as a, B, F8, Ctrl-P, Alt-b, Tab")
      }
      if let absence = key.absence {
        throw KeyComplaint(text: "\(key) never arrives: \(absence); choose another key")
      }
      if !parsed.contains(key) { parsed.append(key) }
    }
    return parsed
  }
}

extension KeyContext {
  /// Whether a key is part of the text that is typed here.
  fileprivate func takesText(_ key: Key) -> Bool {
    switch self {
    case .line, .prompt, .palette:
      switch key {
      case .character, .backspace, .delete: true
      default: false
      }
    case .ticket, .priceForm:
      switch key {
      case .character(let character):
        character == "." || character == "%" || ("0"..."9").contains(character)
          || (self == .ticket && character == "r")
      case .backspace, .delete: true
      default: false
      }
    case .main, .marketOrder, .partialClose, .confirmation, .reading: false
    }
  }
}

extension Action {
  /// Whether its key sends or answers yes.
  fileprivate var confirms: Bool { self == .send || self == .submitPrice || self == .confirm }
}
