import Trading
import Units

/// Settlement of funding. Source: BloFin reference 6.5.
extension SimulatedVenue {
  /// Settles every market that is due now and finds its next time.
  mutating func settleFunding() {
    for place in markets.indices where markets[place].nextFundingTime <= now {
      settleFunding(of: place)
      let interval = markets[place].listing.fundingInterval
      markets[place].nextFundingTime = now.start(of: interval) + interval
      announceFundingRate(place)
    }
    schedule.refresh(markets)
    finishOperation()
  }

  /// Settles one market at once, for a fault plan; its next time stays.
  public mutating func settleFunding(of market: MarketIndex, at time: Timestamp) {
    advance(to: time)
    settleFunding(of: market.index)
    finishOperation()
  }

  /// Charges those of one market who pay at a settlement, and returns what the others get of it,
  /// for ``credit(_:)``.
  mutating func chargeFunding(of market: MarketIndex, at time: Timestamp) -> [FundingCredit] {
    advance(to: time)
    var credits: [FundingCredit] = []
    settleFunding(of: market.index) { credits.append($0) }
    finishOperation()
    return credits
  }

  /// Books what settlements kept back, each at its own time, as far as the positions that they were
  /// for are held by now.
  mutating func credit(_ credits: [FundingCredit]) {
    for credit in credits {
      let held = accounts[credit.account].positions.first { $0.number == credit.position }
      guard let held else { continue }
      let value = markets[held.market].units.notional(
        credit.mark, min(credit.lots, held.lots), .towardZero)
      let payment = value.multiplied(by: credit.rate.value, .towardZero)
      book(
        .funding, held.side == .long ? -payment : payment, credit.account,
        BookedPosition(held.market, held.slot, held.marginMode), rate: credit.rate,
        at: credit.time)
      touch(credit.account, positions: true)
    }
    finishOperation()
  }

  /// Longs pay shorts the position's value at mark × rate, straight from or to the cash, also for
  /// isolated positions [?]; the payment is cut toward zero at eighteen places.
  ///
  /// What is received goes to `keep` instead where there is one.
  private mutating func settleFunding(
    of market: Int, keepingCredits keep: ((FundingCredit) -> Void)? = nil
  ) {
    let rate = markets[market].fundingRate
    markets[market].fundingHistory.append(FundingPoint(rate: rate, time: now))
    let mark = markOrLast(market)
    for account in markets[market].holders {
      for position in accounts[account].positions where position.market == market {
        let value = markets[market].units.notional(mark, position.lots, .towardZero)
        let payment = value.multiplied(by: rate.value, .towardZero)
        let amount = position.side == .long ? -payment : payment
        if let keep, amount.isPositive {
          keep(
            FundingCredit(
              account: account, position: position.number, lots: position.lots, mark: mark,
              rate: rate, time: now))
          continue
        }
        book(
          .funding, amount, account,
          BookedPosition(market, position.slot, position.marginMode), rate: rate)
        touch(account, positions: true)
      }
    }
  }
}

/// What a position gets of a settlement, kept back until it is known how much of it is still held.
struct FundingCredit: Sendable {
  /// The place of the account.
  let account: Int
  let position: PositionNumber
  /// How much was held at the settlement.
  let lots: Int64
  /// The mark price at the settlement.
  let mark: Fixed
  let rate: Rate
  /// When the settlement was.
  let time: Timestamp
}
