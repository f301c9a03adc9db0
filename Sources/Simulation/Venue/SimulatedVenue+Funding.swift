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

  /// Longs pay shorts the position's value at mark × rate, straight from or to the cash, also for
  /// isolated positions [?]; the payment is cut toward zero at eighteen places.
  private mutating func settleFunding(of market: Int) {
    let rate = markets[market].fundingRate
    markets[market].fundingHistory.append(FundingPoint(rate: rate, time: now))
    let mark = markOrLast(market)
    for account in markets[market].holders {
      for position in accounts[account].positions where position.market == market {
        let value = markets[market].units.notional(mark, position.lots, .towardZero)
        let payment = value.multiplied(by: rate.value, .towardZero)
        book(
          .funding, position.side == .long ? -payment : payment, account,
          BookedPosition(market, position.slot, position.marginMode), rate: rate)
        touch(account, positions: true)
      }
    }
  }
}
