import Units

/// One thing that the journal keeps.
///
/// The engine emits records, the journal stores them in the order given, and nothing else reads
/// them. Every record is a pure value with the time of the event that caused it.
public enum Record: Sendable, Hashable {
  /// The program started.
  indirect case runStarted(RunRecord)
  /// The program ended in order; a run without this row was killed.
  case runEnded(RunID, reason: String, at: Timestamp)
  /// Something that is about to be asked of the exchange. Durable before the request leaves.
  indirect case intent(IntentRecord)
  /// An order is in a new state, ours or an external one.
  indirect case orderChanged(OrderChange)
  /// A trigger order is in a new state, ours or an external one.
  indirect case triggerChanged(TriggerChange)
  /// Something was traded. Keyed by (instrument, trade id): writing it twice is writing it once.
  indirect case fill(Fill, at: Timestamp)
  /// A position was opened, grew, shrank or was closed; the newest figures replace the older.
  indirect case positionCycle(PositionCycle, at: Timestamp)
  /// The risk gate said no.
  indirect case denial(DenialRecord)
  /// A person, a script or an agent asked for something.
  indirect case command(CommandRecord)
  /// A request was answered, or will not be.
  indirect case requestAnswered(AnswerRecord)
  /// Funding was paid or received. Keyed by (instrument, settlement time).
  case funding(FundingRecord)
  /// The state of the bot changed; the last one is found again at start, so a halt outlives it.
  case stateChanged(BotStateRecord)
  /// The account's worth at a moment.
  case equity(EquityRecord)
  /// A sentence for people: what happened and is not covered above, or a note of the user.
  case note(NoteRecord)
  /// How far an action of several steps has come.
  indirect case plan(PlanRecord)
  /// Where an alert rule stands; the newest line of a rule replaces the older ones.
  case alertRule(AlertRuleRecord)
  /// An alert fired.
  case alert(AlertRecord)
  /// Somebody acknowledged an alert.
  case alertAcknowledged(AlertID, CommandSource, at: Timestamp)
  /// A stretch of the engine's events, encoded; the journal does not look inside.
  case events(EventBatch)
  /// The digest of the engine's state after an event.
  case checkpoint(StateCheckpoint)

  /// Whether it must survive a loss of power before anyone acts on it.
  public var needsDurability: Bool {
    switch self {
    case .intent, .fill, .positionCycle, .stateChanged, .runStarted, .funding, .plan, .alertRule,
      .alert, .alertAcknowledged:
      true
    // What a strategy may do is found again at start, like the state of the bot.
    case .command(let command): command.strategyState != nil
    case .runEnded, .orderChanged, .triggerChanged, .denial, .requestAnswered, .equity,
      .note, .events, .checkpoint:
      false
    }
  }
}

/// One start of the program.
public struct RunRecord: Sendable, Hashable {
  /// Its name.
  public let id: RunID
  /// The version of the program.
  public let programVersion: String
  /// The seed of its random sequence.
  public let seed: UInt64
  /// The settings it ran with, as text without secrets.
  public let settings: String
  /// When it started.
  public let startedAt: Timestamp

  /// States a start.
  public init(
    id: RunID, programVersion: String, seed: UInt64, settings: String, startedAt: Timestamp
  ) {
    self.id = id
    self.programVersion = programVersion
    self.seed = seed
    self.settings = settings
    self.startedAt = startedAt
  }
}

/// A stretch of engine events, encoded by the engine.
public struct EventBatch: Sendable, Hashable {
  /// Which encoding the bytes have.
  public let codec: Int
  /// The sequence number of the first event.
  public let firstSequence: UInt64
  /// How many events follow each other, above zero.
  public let count: Int
  /// The time of the first event.
  public let firstAt: Timestamp
  /// The time of the last event.
  public let lastAt: Timestamp
  /// The events in the form of `codec`.
  public let bytes: [UInt8]

  /// States a stretch.
  public init(
    codec: Int, firstSequence: UInt64, count: Int, firstAt: Timestamp, lastAt: Timestamp,
    bytes: [UInt8]
  ) {
    self.codec = codec
    self.firstSequence = firstSequence
    self.count = count
    self.firstAt = firstAt
    self.lastAt = lastAt
    self.bytes = bytes
  }
}

/// The digest of the engine's state after an event, to prove a replay.
public struct StateCheckpoint: Sendable, Hashable {
  /// The sequence number of the event.
  public let sequence: UInt64
  /// The engine's `stateHash` after the event.
  public let hash: UInt64
  /// The time of the event.
  public let at: Timestamp

  /// States a digest.
  public init(sequence: UInt64, hash: UInt64, at: Timestamp) {
    self.sequence = sequence
    self.hash = hash
    self.at = at
  }
}
