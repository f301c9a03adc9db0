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
    model.repairSelection()
    return []
  case .notice(let notice):
    model.say(notice.text, notice.level == .alarm ? .danger : .warning)
    return []
  case .tick: return []
  }
}

extension DashboardModel {
  /// Ends what only lasts for a while.
  mutating func letTimePass() {
    if let toast, toast.until <= now { self.toast = nil }
    if let armedUntil, armedUntil <= now { self.armedUntil = nil }
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
      // Keys that were meant for another window must not confirm anything when this one returns.
      if case .confirmation = sheet { sheet = nil }
      armedUntil = nil
      return []
    case .focusGained, .mouse: return []
    case .paste(let text):
      type(text)
      return []
    default: break
    }
    if context == .main || key != .control("c") {
      guard let row = Keymap.row(key, in: context) else {
        if case .character(let character) = key { type(String(character)) }
        if key == .backspace || key == .delete { erase() }
        return []
      }
      if let reason = disabledReason(of: row.action) {
        say("\(row.keyText): \(reason)")
        return []
      }
      return perform(row.action)
    }
    sheet = nil
    return []
  }

  /// Adds typed or pasted text to the number that is being edited; anything else is left out.
  private mutating func type(_ text: String) {
    let digits = text.filter { ("0"..."9").contains($0) || $0 == "." }.prefix(24)
    switch sheet {
    case .ticket(var form):
      guard let old = form.text, old.utf8.count + digits.utf8.count <= 24 else { return }
      form.text = old + digits
      sheet = .ticket(form)
    case .stopForm(var form):
      guard form.text.utf8.count + digits.utf8.count <= 24 else { return }
      form.text += digits
      sheet = .stopForm(form)
    case .help, .confirmation, .partialClose, nil: break
    }
  }

  private mutating func erase() {
    switch sheet {
    case .ticket(var form):
      form.text = form.text.map { String($0.dropLast()) }
      sheet = .ticket(form)
    case .stopForm(var form):
      form.text = String(form.text.dropLast())
      sheet = .stopForm(form)
    case .help, .confirmation, .partialClose, nil: break
    }
  }
}
