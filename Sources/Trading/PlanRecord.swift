import Units

/// The name of an action of several steps, unique in the journal.
public struct PlanID: TextIdentifier {
  public let text: String

  /// Wraps a name read from the journal.
  public init(_ text: String) { self.text = text }

  /// Names the `sequence`-th action of a run.
  public init(run: RunID, sequence: UInt64) {
    text = "\(run.text)-\(sequence)"
  }
}

/// An action of several steps, as far as it has come.
///
/// Written before each step leaves, so that a start after a crash goes on where it stopped. The
/// newest line of an action replaces the older ones.
public struct PlanRecord: Sendable, Hashable {
  /// Whether it goes on.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// Steps are left.
    case open
    /// Every step was done.
    case done
    /// Given up; its last step says why.
    case abandoned
  }

  /// Its name.
  public let id: PlanID
  /// What it is, as a word: `reverse`, `scaleIn`, `trail`, ...
  public let kind: String
  /// What it is about, nil when it is about all instruments.
  public let instrument: InstrumentID?
  /// Who wanted it.
  public let source: CommandSource
  /// Whether it goes on.
  public let state: State
  /// Where it stands, in words.
  public let step: String
  /// All that is needed to go on, encoded by the engine; the journal does not look inside.
  public let body: [UInt8]
  /// When it began.
  public let startedAt: Timestamp
  /// When this line was written.
  public let at: Timestamp

  /// States how far an action has come.
  public init(
    id: PlanID, kind: String, instrument: InstrumentID?, source: CommandSource, state: State,
    step: String, body: [UInt8], startedAt: Timestamp, at: Timestamp
  ) {
    self.id = id
    self.kind = kind
    self.instrument = instrument
    self.source = source
    self.state = state
    self.step = step
    self.body = body
    self.startedAt = startedAt
    self.at = at
  }
}
