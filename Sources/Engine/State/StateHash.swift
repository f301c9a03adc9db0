import AccountData
import Alerts
import MarketData
import Risk
import Strategies
import Trading
import Units

extension TradingEngine {
  /// A digest of the whole state: two engines that took the same events have the same one.
  ///
  /// It reads everything, so it is for checkpoints and tests, not for every event.
  public var stateHash: UInt64 {
    var writer = ByteWriter()
    writer.put(core)
    var hasher = StableHasher()
    var word: UInt64 = 0
    for (position, byte) in writer.bytes.enumerated() {
      word = word << 8 | UInt64(byte)
      if position & 7 == 7 { hasher.combine(word) }
    }
    hasher.combine(word)
    hasher.combine(writer.bytes.count)
    return hasher.value
  }
}

extension EngineCore: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(sequence)
    writer.put(now)
    for market in markets.all { writer.put(market) }
    writer.put(account)
    writer.put(gate.limits)
    writer.put(Array(gate.openings))
    writer.put(ids.count)
    encodeLinks(into: &writer)
    encodeWatch(into: &writer)
    encodePlans(into: &writer)
    for slot in desk.slots { writer.put(slot) }
  }

  /// The links, what waits for them, and what was said about them and to the user.
  private func encodeLinks(into writer: inout ByteWriter) {
    writer.put(requestCount)
    writer.put(requests.waiting)
    writer.put(Array(requests.answered))
    writer.put(links)
    writer.put(clock.offset)
    writer.put(clock.measuredAt)
    writer.put(step.text)
    writer.put(wasReady)
    writer.put(trading)
    writer.put(journalIsDown)
    for denial in denials {
      writer.put(denial.code)
      writer.put(denial.text)
      writer.put(denial.at)
    }
    for notice in notices {
      writer.put(notice.text)
      writer.put(notice.at)
    }
  }

  /// The brakes, and how the account and its rules were last read.
  private func encodeWatch(into writer: inout ByteWriter) {
    writer.put(budgets)
    writer.put(breakers)
    writer.put(breakerIsDue)
    writer.put(restoredCycles)
    writer.put(peakWrittenAt)
    writer.put(unwrittenPeak)
    writer.put(random.state)
    writer.put(accountReading.readAt)
    writer.put(accountReading.failures)
    writer.put(accountReading.isSilent)
    writer.put(accountReading.isWantedAgain)
    writer.put(accountReading.hasHoldings)
    writer.put(positionModeMeant)
    writer.put(leverages)
    writer.put(rules)
    writer.put(oddOrders)
  }

  /// What is under way: plans, proposals, guards, questions and alerts.
  private func encodePlans(into writer: inout ByteWriter) {
    writer.put(planCount)
    for plan in plans {
      writer.put(plan)
      if case .entry(let entry) = plan.work { writer.put(entry.hasMissedPrices) }
    }
    for record in endedPlans { writer.put(record) }
    for proposal in proposals { writer.put(proposal) }
    writer.put(guards.all)
    for line in wishes.lines {
      writer.put(line.source)
      for moment in line.moments { writer.put(moment) }
    }
    writer.put(questions.open)
    for scope in flattening { writer.put(scope) }
    for id in sweeps { writer.put(id) }
    for entry in alerts.book.rules {
      writer.put(entry.record(at: now))
    }
    for alert in alerts.recent { writer.put(alert) }
  }
}

extension StrategyDesk.Slot: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(plan.name)
    writer.put(held)
    writer.put(enteredAt)
    writer.put(waiting?.reason)
    writer.put(waitingUntil)
    writer.put(isFlat)
    writer.put(state)
    writer.put(said?.source)
    writer.put(said?.at)
    writer.put(isForeign)
    writer.put(feed.awaited)
    writer.put(feed.doubted?.timeFrame)
    writer.put(feed.doubted?.openTime)
    for taken in feed.taken { writer.put(taken) }
    writer.put(feed.beganBlind)
  }
}

extension TradingState: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(mode)
    writer.put(reason)
    writer.put(source)
    writer.put(since)
  }
}

extension LinkStatus: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(name)
    writer.put(state)
    writer.put(since)
    writer.put(messageAt)
    writer.put(wasUp)
    writer.put(missedSince)
    writer.put(wasRefused)
  }
}

extension RequestLine: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(id)
    writer.put(subject.text)
    writer.put(sentAt)
    writer.put(answer?.result.rawValue)
    writer.put(answer?.message)
  }
}

extension PositionGuards.Guard: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(key)
    writer.put(plan)
    writer.put(isPlanOwn)
    writer.put(source)
    writer.put(filledAt)
    writer.put(openedAt)
    writer.put(written)
    writer.put(takeProfit)
    writer.put(attached)
    writer.put(successors)
    writer.put(uncoveredSince)
    writer.put(wasAsked)
    writer.put(wasVerified)
    writer.put(lastAnswer?.rawValue)
    writer.put(isNaked)
    writer.put(attempts)
    writer.put(closing)
    writer.put(placing)
    writer.put(replaced)
    writer.put(leaving)
    writer.put(oversizedSince)
    writer.put(isSizeVerified)
    writer.put(adjustsFrom)
    writer.put(ownMissingSince)
    writer.put(isOwnMissingVerified)
    writer.put(putBacks)
    writer.put(putBackAt)
    writer.put(liquidationLevel.rawValue)
  }
}

extension OpenQuestions.Question: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(id)
    writer.put(since)
    writer.put(attempts)
    writer.put(absences)
    writer.put(accountWasRead)
    writer.put(cancelRefusedAt)
    writer.put(isLostCancelTold)
  }
}
