import Trading
import Units

/// Lines that a failing journal did not take and that nobody else writes again: what people were
/// told that matters, their own notes, and denials. They are written when it takes lines again.
struct UnwrittenLines {
  /// The most lines that are kept; the oldest give way.
  static let limit = 200

  private var lines: [Record] = []
  private var lostCount = 0

  /// Keeps of a write that failed what is to be written again.
  mutating func keep(_ records: [Record]) {
    lines += records.filter(Self.matters)
    let excess = lines.count - Self.limit
    guard excess > 0 else { return }
    lines.removeFirst(excess)
    lostCount += excess
  }

  /// Returns the lines, the oldest first, and forgets them; where older ones gave way, a line says
  /// how many.
  mutating func take(at now: Timestamp) -> [Record] {
    defer {
      lines = []
      lostCount = 0
    }
    guard lostCount > 0 else { return lines }
    let text = "\(lostCount) older notes and denials are lost: the journal could not be written"
    return [.note(NoteRecord(level: .warning, text: text, at: now))] + lines
  }

  private static func matters(_ record: Record) -> Bool {
    switch record {
    case .note(let note): note.level != .notice
    case .denial: true
    // The engine writes them again itself, or the newest of them says what there is.
    case .runStarted, .runEnded, .intent, .orderChanged, .triggerChanged, .fill, .positionCycle,
      .command, .requestAnswered, .funding, .stateChanged, .equity, .plan, .alertRule, .alert,
      .alertAcknowledged, .events, .checkpoint:
      false
    }
  }
}
