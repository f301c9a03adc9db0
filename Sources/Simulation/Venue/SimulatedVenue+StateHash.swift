import Trading
import Units

/// A digest of everything that the venue holds, to prove that two runs are in the same state.
extension SimulatedVenue {
  /// A digest of the whole state: books with their queues, accounts, orders, what waits, clocks and
  /// numbers, and by ``digest`` everything that has happened. Equal states have equal hashes on
  /// every machine; it reads all there is, so it is for tests and records, not for every message.
  public var stateHash: UInt64 {
    var hash = StableHasher()
    hash.combine(digest)
    hash.combine(now)
    numbers.add(to: &hash)
    for place in markets.indices { markets[place].add(to: &hash) }
    for account in accounts.indices { addAccount(account, to: &hash) }
    for place in algos.indices where algos[place].isLive { algos[place].add(to: &hash) }
    return hash.value
  }

  private func addAccount(_ account: Int, to hash: inout StableHasher) {
    accounts[account].add(to: &hash)
    var place = accounts[account].firstOrder
    while place >= 0 {
      orders[Int(place)].add(to: &hash)
      place = orders[Int(place)].next
    }
  }
}

extension NextNumbers {
  fileprivate func add(to hash: inout StableHasher) {
    for counter in [order, algo, fill, position, record, ledger, transfer] {
      hash.combine(counter.next)
    }
  }
}

extension Market {
  fileprivate func add(to hash: inout StableHasher) {
    book.add(to: &hash)
    hash.combine(nextTradeNumber)
    hash.combine(Int(lastTradeTicks))
    hash.combine(mark)
    hash.combine(index)
    hash.combine(markTime)
    hash.combine(premium.mean)
    hash.combine(fundingRate)
    hash.combine(nextFundingTime)
    hash.combine(fundingHistory.count)
    hash.combine(publisher.sequence)
    hash.combine(listing.instrument.status == .live)
    hash.combine(listing.instrument.tickSize)
    hash.combine(listing.instrument.lotSize)
    for store in [candles, markCandles, indexCandles] {
      guard let minute = store.minute else { continue }
      hash.combine(minute.openTime)
      hash.combine(Int64(minute.open) << 32 | Int64(minute.close))
      hash.combine(Int64(minute.high) << 32 | Int64(minute.low))
      hash.combine(minute.lots)
    }
    for entries in [triggers.rising, triggers.falling] {
      for entry in entries {
        hash.combine(Int(entry.ticks))
        hash.combine(entry.order)
      }
      hash.combine(entries.count)
    }
    for holder in holders { hash.combine(holder) }
  }
}

extension MatchingBook {
  /// Adds every queue, piece by piece.
  fileprivate func add(to hash: inout StableHasher) {
    for side in [BookSide.bids, .asks] {
      var cursor = best(side)
      while let ticks = cursor {
        hash.combine(Int(ticks))
        var place = head(at: ticks)
        while place >= 0 {
          let piece = node(place)
          hash.combine(Int(piece.owner))
          hash.combine(piece.lots)
          place = piece.next
        }
        cursor = next(side, behind: ticks)
      }
      hash.combine(-1)
    }
  }
}

extension AccountState {
  fileprivate func add(to hash: inout StableHasher) {
    hash.combine(cash)
    hash.combine(isolatedMargin)
    hash.combine(orderFrozen)
    hash.combine(totals.cash)
    hash.combine(positionMode == .hedge)
    hash.combine(marginMode == .cross)
    for leverage in leverages {
      hash.combine(Int64(leverage.cross) << 32 | Int64(leverage.isolatedNet))
      hash.combine(Int64(leverage.isolatedLong) << 32 | Int64(leverage.isolatedShort))
    }
    for position in positions { position.add(to: &hash) }
    for wallet in wallets { hash.combine(wallet) }
    for count in [
      positions.count, liveOrderCount, liveAlgoCount, orderHistory.count, fills.count,
      ledger.count, records.count,
    ] {
      hash.combine(count)
    }
  }
}

extension PositionState {
  fileprivate func add(to hash: inout StableHasher) {
    hash.combine(number.value)
    hash.combine(AccountState.positionCode(market, slot, marginMode))
    hash.combine(side == .long)
    hash.combine(lots)
    hash.combine(entryValue)
    hash.combine(margin)
    hash.combine(Int(leverage))
    hash.combine(pendingCloseLots)
    hash.combine(record.realized)
    hash.combine(record.fees)
    hash.combine(updatedAt)
  }
}

extension LiveOrder {
  fileprivate func add(to hash: inout StableHasher) {
    hash.combine(row.number.value)
    hash.combine(row.filledContracts)
    hash.combine(row.filledNotional)
    hash.combine(Int(ticks))
    hash.combine(left)
    hash.combine(frozen)
    hash.combine(closingLots)
    hash.combine(onlyReduces)
    hash.combine(node >= 0)
  }
}

extension LiveAlgo {
  fileprivate func add(to hash: inout StableHasher) {
    hash.combine(row.number.value)
    hash.combine(account)
    hash.combine(isActive)
    hash.combine(Int(extremeTicks))
    hash.combine(lots)
    hash.combine(row.updatedAt)
  }
}
