import Risk
import Trading
import Units

/// Something that the engine wants done. The runtime performs effects in the order given.
public enum Effect: Sendable, Hashable {
  /// Journals `order.record` durably, answers with ``Event/intentDurable(_:)``, then sends the
  /// request; its answer comes as ``Event/outcome(_:_:)``.
  ///
  /// If the journal fails, ``Event/journalFailed(_:_:)`` is the answer and the request is not sent
  /// unless ``Risk/ApprovedOrder/mayLeaveUnjournaled``.
  indirect case submit(RequestID, ApprovedOrder)
  /// Sends a request whose intent is durable once more, under its own client order id: at most once
  /// in an order's life, and only after it was found nowhere.
  indirect case resend(RequestID, ApprovedOrder)
  /// Journals `protection.record` and sends the request; it leaves even if the journal fails, for
  /// it only reduces risk.
  indirect case protect(RequestID, ApprovedProtection)
  /// Cancels an order. Never waits for the journal.
  case cancel(RequestID, InstrumentID, OrderReference)
  /// Cancels a trigger order. Never waits for the journal.
  case cancelTrigger(RequestID, InstrumentID, ExchangeOrderID)
  /// Sets the leverage of an instrument.
  case setLeverage(RequestID, InstrumentID, MarginMode, PositionSlot, Leverage)
  /// Sets the position mode.
  case setPositionMode(RequestID, PositionMode)
  /// Reads the whole account, with the leverages of these places.
  case accountSnapshot(RequestID, leveragesOf: [LeveragePlace])
  /// Reads one order in any state.
  case orderStatus(RequestID, InstrumentID, OrderReference)
  /// Reads the instruments.
  case instruments(RequestID)
  /// Reads the maintenance-margin table of an instrument.
  case tiers(RequestID, InstrumentID, MarginMode)
  /// Reads candles.
  case candles(RequestID, InstrumentID, TimeFrame, before: Timestamp?, limit: Int)
  /// Chooses what the public stream delivers.
  case subscribe(RequestID, [MarketSubscription])
  /// Writes records that nothing waits for, in order.
  case journal([Record])
  /// Asks to be told of a moment; replaces a former one of the same name.
  case schedule(TimerID, at: Timestamp)
  /// Forgets a moment that was asked for.
  case unschedule(TimerID)
  /// Tells people something, on the screen.
  case notify(Notice)
  /// Tells people of an alert, on the screen and through every channel that wants it. Its line is
  /// in the journal's effect before. A repeat is one that nobody has acknowledged.
  case alert(AlertRecord, isRepeat: Bool)
  /// Tells the channels that an alert was acknowledged: what still waits of it need not be sent.
  case alertAcknowledged(AlertID)
}

/// Something that people should know.
public struct Notice: Sendable, Hashable {
  /// What a sentence is about, for whoever must tell some from others.
  public enum Kind: Sendable, Hashable {
    /// A wish was denied.
    case denied
    /// An alert fired.
    case alert
    /// Anything else.
    case other
  }

  /// What it is about.
  public let kind: Kind
  /// How much it matters.
  public let level: NoteRecord.Level
  /// The sentence.
  public let text: String
  /// Which instrument it is about, nil for none.
  public let instrument: InstrumentID?
  /// When it happened.
  public let at: Timestamp

  /// States a sentence.
  public init(
    _ kind: Kind, level: NoteRecord.Level, text: String, instrument: InstrumentID?,
    at: Timestamp
  ) {
    self.kind = kind
    self.level = level
    self.text = text
    self.instrument = instrument
    self.at = at
  }
}
