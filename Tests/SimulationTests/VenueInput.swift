import Simulation
import Trading
import Units

/// One call of a venue as a value: what a run consists of.
enum VenueInput: Sendable, Hashable {
  /// Opens an account with money in its futures wallet.
  case openAccount(deposit: Money)
  /// A source changes levels of a book, or with `replacing` states it whole.
  case depth(MarketIndex, [DepthChange], replacing: Bool)
  /// A source trades.
  case trade(MarketIndex, OrderSide, ticks: Int32, lots: Int64)
  /// A source states mark and index price.
  case mark(MarketIndex, Price, index: Price)
  /// A source states the coming funding rate.
  case fundingRate(MarketIndex, Rate)
  /// An account places an order.
  case place(VenueAccountID, OrderTicket)
  /// An account cancels an order.
  case cancel(VenueAccountID, OrderName)
  /// An account places a TP/SL, trigger or trailing order.
  case placeAlgo(VenueAccountID, AlgoTicket)
  /// An account cancels a TP/SL (`protection`) or trigger order.
  case cancelAlgo(VenueAccountID, AlgoName, protection: Bool)
  /// An account closes a position.
  case close(VenueAccountID, PositionKey)
  /// An account changes a leverage.
  case leverage(VenueAccountID, InstrumentID, MarginMode, PositionSlot?, Leverage)
  /// An account changes between one-way and hedge mode.
  case positionMode(VenueAccountID, PositionMode)
  /// Money is paid into a wallet or, below zero, taken out.
  case adjust(VenueAccountID, Wallet, Money)
  /// The exchange liquidates a position.
  case liquidate(VenueAccountID, PositionKey)
  /// The exchange deleverages a position.
  case deleverage(VenueAccountID, PositionKey, Contracts)
  /// The exchange settles funding out of turn.
  case settleFunding(MarketIndex)
  /// The exchange suspends an instrument, or lets it trade again.
  case status(MarketIndex, Instrument.Status)
  /// Time passes.
  case pass
}

extension SimulatedVenue {
  /// Carries out an input; the answer is nil, or why it was refused.
  @discardableResult
  mutating func take(_ input: VenueInput, at time: Timestamp) -> VenueRefusal? {
    do throws(VenueRefusal) {
      try carryOut(input, time)
      return nil
    } catch {
      return error
    }
  }

  private mutating func carryOut(
    _ input: VenueInput, _ time: Timestamp
  ) throws(VenueRefusal) {
    switch input {
    case .openAccount(let deposit): _ = openAccount(deposit: deposit, at: time)
    case .depth(let market, let changes, let replacing):
      apply(changes, replacing: replacing, to: market, at: time)
    case .trade(let market, let side, let ticks, let lots):
      applyTrade(side, ticks: ticks, lots: lots, to: market, at: time)
    case .mark(let market, let mark, let index):
      applyMark(mark, index: index, to: market, at: time)
    case .fundingRate(let market, let rate): applyFundingRate(rate, to: market, at: time)
    case .settleFunding(let market): settleFunding(of: market, at: time)
    case .status(let market, let status):
      advance(to: time)
      setStatus(status, of: market)
    case .pass: advance(to: time)
    case .place(let account, let ticket): try place(ticket, for: account, at: time)
    case .cancel(let account, let name): try cancel(name, for: account, at: time)
    case .placeAlgo(let account, let ticket): try placeAlgo(ticket, for: account, at: time)
    case .cancelAlgo(let account, let name, let protection):
      try cancelAlgo(name, protection: protection, for: account, at: time)
    case .close(let account, let key):
      try closePosition(
        key.instrument, key.marginMode, key.slot, clientOrderID: nil, for: account, at: time)
    case .leverage(let account, let instrument, let mode, let slot, let leverage):
      _ = try setLeverage(leverage, of: instrument, mode, slot, for: account, at: time)
    case .positionMode(let account, let mode):
      try setPositionMode(mode, of: account, at: time)
    case .adjust(let account, let wallet, let amount):
      try adjust(wallet, by: amount, of: account, at: time)
    case .liquidate(let account, let key): try liquidate(key, of: account, at: time)
    case .deleverage(let account, let key, let contracts):
      try deleverage(key, by: contracts, of: account, at: time)
    }
  }
}
