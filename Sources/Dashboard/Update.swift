import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// Takes in one thing that happened at a moment, and returns what the screen wants done.
public func update(
  _ model: inout DashboardModel, _ message: Message, at now: Timestamp
) -> [DashboardCommand] {
  model.now = now
  model.letTimePass()
  switch message {
  case .key(let key): return model.take(key)
  case .snapshot(let snapshot):
    model.snapshot = snapshot
    model.computeFigures()
    model.repairSelection()
    model.keepUp()
    model.noteShown()
    return model.chartQuestion().map { [$0] } ?? []
  case .notice(let notice):
    let name = notice.instrument.map { notice.text.contains($0.text) ? "" : "\($0) " } ?? ""
    model.say(
      name + notice.text, notice.level == .alarm ? .danger : .warning,
      isAlert: notice.kind == .alert)
    return []
  case .size(let size):
    model.size = size
    return []
  }
}

extension DashboardModel {
  /// Ends what only lasts for a while.
  mutating func letTimePass() {
    if let toast, toast.until <= now { self.toast = nil }
    if let armedUntil, armedUntil <= now { self.armedUntil = nil }
    if sheet == .marketOrder, !isArmed { sheet = nil }
    if case .confirmation(let question) = sheet,
      now - question.openedAt > Confirmation.patience
    {
      sheet = nil
    }
  }

  /// Does what a key means where the keys are.
  mutating func take(_ key: Key) -> [DashboardCommand] {
    switch key {
    case .focusLost:
      loseFocus()
      return []
    case .focusGained: return []
    case .mouse(let mouse):
      click(mouse)
      return []
    case .paste:
      _ = keyGuard.isHasty(at: now)
      type(key)
      return []
    case .alternate(let character)
    where labels.keymap.row(key, in: context) == nil && !editsWords(by: character):
      // Esc and a key in one packet of a slow line look like Alt with that key.
      return take(.escape) + take(.character(character))
    default: break
    }
    let isHasty = keyGuard.isHasty(at: now)
    if keyGuard.isBurst(at: now), isArmed {
      armedUntil = nil
      if sheet == .marketOrder { sheet = nil }
      say("disarmed: too many keys at once", .danger)
    }
    if context != .main, key == .control("c") {
      sheet = nil
      return []
    }
    guard let row = row(of: key) else {
      type(key)
      if sheet == nil, case .character = key, toast == nil {
        say("\(key) does nothing here; \(labels.keymap.key(.help)) lists the keys")
      }
      return []
    }
    // The keys are read over what is open, which comes back.
    if row.context != context, row.action != .help { sheet = nil }
    if let reason = disabledReason(of: row.action) {
      say("\(row.keyText): \(reason)")
      return []
    }
    guard keyGuard.hears(row.action, at: now) else {
      // What the first press came to is more worth reading.
      if toast == nil {
        say("\(row.keyText): held down, so only the first press counts; let go for a second")
      }
      return []
    }
    guard !isHasty || !row.action.sends else {
      if toast == nil { say("\(row.keyText): came with other keys at once; press it again") }
      return []
    }
    let before = toast
    let commands = perform(row.action)
    // What an earlier command came to is not what this one comes to.
    if toast == before, commands.contains(where: \.changesSomething) { toast = nil }
    return commands
  }

  /// What a key does here: of this part of the table, or one of the keys that work everywhere.
  private func row(of key: Key) -> KeyRow? {
    if let row = labels.keymap.row(key, in: context) { return row }
    guard let row = labels.keymap.row(key, in: .main), row.action.worksEverywhere else {
      return nil
    }
    if !context.isTyped || (row.action == .help && context.isNumeric) { return row }
    if case .function = key { return row }
    return nil
  }

  /// Whether Alt with a character moves or deletes by words in the text that is being typed.
  private func editsWords(by character: Character) -> Bool {
    switch context {
    case .line, .prompt, .palette: ["b", "d", "f"].contains(character)
    case .main, .ticket, .marketOrder, .partialClose, .priceForm, .confirmation, .reading: false
    }
  }

  /// Keys that were meant for another window must not confirm or send anything when this one
  /// returns.
  private mutating func loseFocus() {
    if case .help(let offset, _?) = sheet { sheet = .help(offset, over: nil) }
    switch sheet {
    case .confirmation, .marketOrder: sheet = nil
    case .ticket, .priceForm, .partialClose:
      sheet = nil
      say("closed: the window lost the focus")
    case .help, .why, .alerts, .prompt, .line, .palette, nil: break
    }
    armedUntil = nil
  }

  /// Adds what was typed or pasted to the text that is being edited. Pasted text is text: it sends
  /// and confirms nothing.
  private mutating func type(_ key: Key) {
    switch sheet {
    case .ticket(var form):
      let units = form.field == .target ? "%r" : form.field == .stop ? "%" : ""
      form.text = form.text.map { edited($0, by: key, units, &form.isUntouched) }
      sheet = .ticket(form)
    case .priceForm(var form):
      form.typed = edited(form.typed, by: key, form.units, &form.isUntouched)
      sheet = .priceForm(form)
    case .prompt(var prompt):
      guard prompt.field.handle(key) else { return }
      sheet = .prompt(prompt)
      if prompt.purpose == .filter { watchlist.filter = prompt.field.text }
    case .line(var entry):
      guard entry.field.handle(key) else { return }
      sheet = .line(entry)
    case .palette(var palette):
      guard palette.field.handle(key) else { return }
      palette.picked = 0
      sheet = .palette(palette)
    case .help, .why, .alerts, .confirmation, .partialClose, .marketOrder, nil: break
    }
  }

  /// A number being typed: digits, a point and the units that it may have, at most 24 of them; the
  /// rest is left out. The first of them take the place of a number that stood there untouched.
  private func edited(
    _ text: String, by key: Key, _ units: String, _ isUntouched: inout Bool
  ) -> String {
    switch key {
    case .character(let character):
      return appended(String(character), to: text, units, &isUntouched)
    case .paste(let pasted): return appended(pasted, to: text, units, &isUntouched)
    case .backspace, .delete:
      isUntouched = false
      return String(text.dropLast())
    case .control("u"): return ""
    default: return text
    }
  }

  private func appended(
    _ more: String, to text: String, _ units: String, _ isUntouched: inout Bool
  ) -> String {
    let digits = more.filter { ("0"..."9").contains($0) || $0 == "." || units.contains($0) }
    guard !digits.isEmpty else { return text }
    let text = isUntouched ? "" : text
    isUntouched = false
    return text.utf8.count + digits.utf8.count <= 24 ? text + digits : text
  }
}

extension DashboardCommand {
  /// Whether it asks the engine for more than candles to draw.
  fileprivate var changesSomething: Bool {
    switch self {
    case .engine(.loadCandles), .quit, .suspend, .reload: false
    case .engine: true
    }
  }
}
