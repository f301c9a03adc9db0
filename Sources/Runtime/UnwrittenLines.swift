import Trading
import Units

/// Lines that a failing journal did not take and that nobody else writes again: alerts and what
/// people did with them, what people were told that matters, their own notes, and denials. They are
/// written when it takes lines again.
struct UnwrittenLines {
  /// The most lines that are kept; of more the oldest give way, denials first.
  static let limit = 200

  private var lines: [Record] = []
  private var lostCount = 0

  /// Keeps of a write that failed what is to be written again.
  mutating func keep(_ records: [Record]) {
    lines += records.filter(Self.matters)
    while lines.count > Self.limit {
      lines.remove(at: lines.firstIndex(where: Self.isDenial) ?? 0)
      lostCount += 1
    }
  }

  /// Returns the lines, the oldest first, and forgets them; where older ones gave way, a line says
  /// how many.
  mutating func take(at now: Timestamp) -> [Record] {
    defer {
      lines = []
      lostCount = 0
    }
    guard lostCount > 0 else { return lines }
    let text = "\(lostCount) older lines are lost: the journal could not be written"
    return [.note(NoteRecord(level: .warning, text: text, at: now))] + lines
  }

  private static func matters(_ record: Record) -> Bool {
    switch record {
    case .note(let note): note.level != .notice
    case .denial, .alertRule, .alert, .alertAcknowledged: true
    // The engine writes them again itself, the exchange tells them again, or they are of use at
    // their moment alone.
    case .runStarted, .runEnded, .intent, .orderChanged, .triggerChanged, .fill, .positionCycle,
      .command, .requestAnswered, .funding, .stateChanged, .equity, .plan, .events, .checkpoint:
      false
    }
  }

  private static func isDenial(_ record: Record) -> Bool {
    if case .denial = record { true } else { false }
  }
}
