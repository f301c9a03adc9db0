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
    model.say(notice.text, notice.level == .alarm ? .danger : .warning)
    return []
  case .size(let size):
    model.size = size
    return []
  case .tick: return []
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
      type(key)
      return []
    default: break
    }
    if keyGuard.isBurst(at: now), isArmed {
      armedUntil = nil
      if sheet == .marketOrder { sheet = nil }
      say("disarmed: too many keys at once", .danger)
    }
    if context != .main, key == .control("c") {
      sheet = nil
      return []
    }
    guard let row = labels.keymap.row(key, in: context) else {
      type(key)
      return []
    }
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
    return perform(row.action)
  }

  /// Keys that were meant for another window must not confirm anything when this one returns.
  private mutating func loseFocus() {
    if case .confirmation = sheet { sheet = nil }
    if sheet == .marketOrder { sheet = nil }
    armedUntil = nil
  }

  /// Adds what was typed or pasted to the text that is being edited. Pasted text is text: it sends
  /// and confirms nothing.
  private mutating func type(_ key: Key) {
    switch sheet {
    case .ticket(var form):
      form.text = form.text.map { edited($0, by: key) }
      sheet = .ticket(form)
    case .priceForm(var form):
      form.typed = edited(form.typed, by: key)
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

  /// A number being typed: digits and a point, at most 24 of them; the rest is left out.
  private func edited(_ text: String, by key: Key) -> String {
    switch key {
    case .character(let character): return appended(String(character), to: text)
    case .paste(let pasted): return appended(pasted, to: text)
    case .backspace, .delete: return String(text.dropLast())
    case .control("u"): return ""
    default: return text
    }
  }

  private func appended(_ more: String, to text: String) -> String {
    let digits = more.filter { ("0"..."9").contains($0) || $0 == "." }
    return text.utf8.count + digits.utf8.count <= 24 ? text + digits : text
  }
}
