import GRDB
import Trading
import Units

/// A denial as it reads in the journal.
public struct LoggedDenial: Sendable, Hashable {
  /// The code of the reason.
  public let code: String
  /// The reason with its numbers.
  public let text: String
  /// What was wanted, in words.
  public let intent: String
  /// Who wanted it.
  public let source: CommandSource
  /// When.
  public let at: Timestamp
}

extension JournalReading {
  /// Returns the newest notes from a moment on, of one level (nil: of every level), newest first.
  public func newestNotes(
    from start: Timestamp, level: NoteRecord.Level? = nil, limit: Int
  ) throws(JournalProblem) -> [NoteRecord] {
    try all(
      "notes",
      "SELECT * FROM notes WHERE at >= ? AND level = ifnull(?, level)"
        + " ORDER BY number DESC LIMIT ?",
      [start.milliseconds, level?.rawValue, limit]
    ) { (reader) throws(JournalProblem) in
      NoteRecord(
        level: try reader.word("level"), text: try reader.text("text"),
        instrument: try reader.optionalName("instrument"),
        cycle: reader.optionalText("cycle").map(CycleID.init), at: try reader.time("at"))
    }
  }

  /// Returns the newest denials from a moment on, newest first.
  public func newestDenials(from start: Timestamp, limit: Int)
    throws(JournalProblem) -> [LoggedDenial]
  {
    try all(
      "denials", "SELECT * FROM denials WHERE at >= ? ORDER BY number DESC LIMIT ?",
      [start.milliseconds, limit]
    ) { (reader) throws(JournalProblem) in
      LoggedDenial(
        code: try reader.text("code"), text: try reader.text("text"),
        intent: try reader.text("intent"), source: try reader.source("source"),
        at: try reader.time("at"))
    }
  }

  /// Returns the stretches of events of a run from a sequence number on, in order, for a replay.
  public func events(of run: RunID, from sequence: UInt64, limit: Int)
    throws(JournalProblem) -> [EventBatch]
  {
    try all(
      "events",
      """
      SELECT events.* FROM events JOIN runs ON runs.number = events.run
      WHERE runs.id = ? AND first_sequence + count > ? ORDER BY first_sequence LIMIT ?
      """,
      [run.text, Int64(clamping: sequence), limit]
    ) { (reader) throws(JournalProblem) in
      guard let bytes = reader.blob("bytes") else { throw reader.unreadable("bytes") }
      return EventBatch(
        codec: Int(try reader.integer("codec")),
        firstSequence: UInt64(try reader.integer("first_sequence")),
        count: Int(try reader.integer("count")), firstAt: try reader.time("first_at"),
        lastAt: try reader.time("last_at"), bytes: bytes)
    }
  }

  /// Returns the digests of a run's states, in order.
  public func checkpoints(of run: RunID) throws(JournalProblem) -> [StateCheckpoint] {
    try all(
      "checkpoints",
      """
      SELECT checkpoints.* FROM checkpoints JOIN runs ON runs.number = checkpoints.run
      WHERE runs.id = ? ORDER BY sequence
      """, [run.text]
    ) { (reader) throws(JournalProblem) in
      guard let hash = UInt64(try reader.text("hash"), radix: 16) else {
        throw reader.unreadable("hash")
      }
      return StateCheckpoint(
        sequence: UInt64(try reader.integer("sequence")), hash: hash, at: try reader.time("at"))
    }
  }
}
