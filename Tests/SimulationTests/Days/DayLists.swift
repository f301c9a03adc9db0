import Simulation
import Trading
import Units

/// What a listener knows of orders from the venue's pushes alone.
struct DayLists {
  private var orders: [OrderNumber: VenueOrder] = [:]
  private var valued: [OrderNumber: Money] = [:]
  private var live: [Set<OrderNumber>] = Array(repeating: [], count: TradingDay.accountCount)
  private var endedAlgos: Set<AlgoNumber> = []

  /// Takes in an order's row; returns what is wrong with it.
  mutating func take(_ order: VenueOrder, of account: Int) -> String? {
    let former = orders.updateValue(order, forKey: order.number)
    if order.state.isFinal {
      live[account].remove(order.number)
    } else {
      live[account].insert(order.number)
    }
    if let former {
      if former.state.isFinal { return "an ended order changed" }
      if order.filledContracts < former.filledContracts { return "an order has unfilled" }
    }
    return Self.isSound(order) ? nil : "an order's state is not its filling"
  }

  private static func isSound(_ order: VenueOrder) -> Bool {
    let filled = order.filledContracts
    guard !filled.isNegative, filled <= order.contracts, order.contracts.isPositive else {
      return false
    }
    switch order.state {
    case .live, .canceled: return filled.isZero
    case .partiallyFilled, .partiallyCanceled: return filled.isPositive && filled < order.contracts
    case .filled: return filled == order.contracts
    }
  }

  /// The last row of an order.
  func last(_ number: OrderNumber) -> VenueOrder? { orders[number] }

  /// What an order has traded since this was last asked.
  mutating func newValue(of number: OrderNumber) -> Fixed {
    let all = orders[number]?.filledNotional ?? .zero
    let before = valued.updateValue(all, forKey: number) ?? .zero
    return all.value - before.value
  }

  /// Takes in a TP/SL or trigger order's row; returns what is wrong with it.
  mutating func take(_ algo: AlgoOrder) -> String? {
    if endedAlgos.contains(algo.number) { return "an ended trigger order changed" }
    if algo.state != .live { endedAlgos.insert(algo.number) }
    return nil
  }

  /// Compares an account's open orders with what was told; returns what is wrong.
  func check(_ open: [VenueOrder], _ account: Int) -> String? {
    guard open.count == live[account].count else { return "an order is in two states or in none" }
    var ids: Set<ClientOrderID> = []
    for order in open {
      guard live[account].contains(order.number), orders[order.number] == order else {
        return "an open order is not as it was told"
      }
      if let id = order.clientOrderID, !ids.insert(id).inserted { return "an id lives twice" }
    }
    return nil
  }
}
