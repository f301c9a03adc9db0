/// What rests at one price: a queue of nodes, oldest first, and its sums.
struct PriceLevel: Sendable {
  /// The first node of the queue, −1 when nothing rests.
  var head: Int32 = -1
  /// The last node of the queue.
  var tail: Int32 = -1
  /// Lots of all nodes.
  var lots: Int64 = 0
  /// Lots of the market source's nodes among them.
  var marketLots: Int64 = 0
}

/// One side of a book, for indexing.
enum BookSide: Int, Sendable {
  case bids = 0
  case asks = 1

  var opposite: BookSide { self == .bids ? .asks : .bids }
}

/// Price levels by tick in pages of 512, found by bitmaps: the nearest used level is a few words
/// away, pages exist only where something rests, and nothing is allocated per order.
///
/// A tick holds levels of one side only; the book above keeps its sides from crossing.
struct PriceLadder: Sendable {
  static let pageShift: Int32 = 9
  static let pageSize = 1 << 9
  static let wordsPerPage = pageSize / 64

  /// The largest price in ticks that a ladder takes; bounds the directory to half a megabyte.
  static let largestTicks: Int32 = (1 << 26) - 1

  /// The page of each 512 ticks, −1 where there is none.
  private var directory: ContiguousArray<Int32> = []
  private(set) var levels: ContiguousArray<PriceLevel> = []
  /// Per page eight words for bids, then eight for asks: which of its ticks are in use.
  private var bits: ContiguousArray<UInt64> = []
  /// Per page the number of used ticks, bids and asks apart.
  private var used: ContiguousArray<Int32> = []
  private var freePages: ContiguousArray<Int32> = []
  /// Which directory entries have used ticks, bids then asks.
  private var pageBits: (bids: ContiguousArray<UInt64>, asks: ContiguousArray<UInt64>) = ([], [])

  /// Returns the place of a tick's level in ``levels``; nil when its page does not exist.
  @inline(__always)
  func slot(_ ticks: Int32) -> Int? {
    let entry = Int(ticks >> Self.pageShift)
    guard entry < directory.count else { return nil }
    let page = directory[entry]
    guard page >= 0 else { return nil }
    return Int(page) << Int(Self.pageShift) | Int(ticks) & (Self.pageSize - 1)
  }

  /// Returns the place of a tick's level, making its page when there is none.
  @inline(__always)
  mutating func claimSlot(_ ticks: Int32) -> Int {
    if let slot = slot(ticks) { return slot }
    return makePage(holding: ticks)
  }

  @inline(__always)
  mutating func withLevel<Result>(_ slot: Int, _ body: (inout PriceLevel) -> Result) -> Result {
    body(&levels[slot])
  }

  /// Notes that a tick's level has something.
  @inline(__always)
  mutating func markUsed(_ side: BookSide, _ ticks: Int32, _ slot: Int) {
    let page = slot >> Int(Self.pageShift)
    let inPage = slot & (Self.pageSize - 1)
    bits[page * 16 + side.rawValue * 8 + inPage >> 6] |= 1 << UInt64(inPage & 63)
    let counter = page * 2 + side.rawValue
    used[counter] += 1
    if used[counter] == 1 { setPageBit(side, ticks, true) }
  }

  /// Notes that a tick's level has nothing any more, and frees its page with the last one.
  @inline(__always)
  mutating func markUnused(_ side: BookSide, _ ticks: Int32, _ slot: Int) {
    let page = slot >> Int(Self.pageShift)
    let inPage = slot & (Self.pageSize - 1)
    bits[page * 16 + side.rawValue * 8 + inPage >> 6] &= ~(1 << UInt64(inPage & 63))
    let counter = page * 2 + side.rawValue
    used[counter] -= 1
    if used[counter] == 0 { dropPage(side, ticks, page) }
  }

  /// Returns the highest used bid tick at or below `ticks`, −1 when there is none.
  func bidAtOrBelow(_ ticks: Int32) -> Int32 {
    guard ticks >= 0 else { return -1 }
    if let slot = slot(ticks) {
      let base = (slot >> Int(Self.pageShift)) * 16
      let inPage = slot & (Self.pageSize - 1)
      var word = inPage >> 6
      var mask = bits[base + word] & (~0 >> UInt64(63 - inPage & 63))
      while mask == 0, word > 0 {
        word -= 1
        mask = bits[base + word]
      }
      if mask != 0 {
        return ticks & ~511 | Int32(word << 6 + 63 - mask.leadingZeroBitCount)
      }
    }
    return lastBid(before: Int(ticks >> Self.pageShift))
  }

  /// Returns the lowest used ask tick at or above `ticks`, `Int32.max` when there is none.
  func askAtOrAbove(_ ticks: Int32) -> Int32 {
    if let slot = slot(ticks) {
      let base = (slot >> Int(Self.pageShift)) * 16 + 8
      let inPage = slot & (Self.pageSize - 1)
      var word = inPage >> 6
      var mask = bits[base + word] & (~0 << UInt64(inPage & 63))
      while mask == 0, word < Self.wordsPerPage - 1 {
        word += 1
        mask = bits[base + word]
      }
      if mask != 0 {
        return ticks & ~511 | Int32(word << 6 + mask.trailingZeroBitCount)
      }
    }
    return firstAsk(after: Int(ticks >> Self.pageShift))
  }

  /// Returns the highest bid in pages before a directory entry.
  private func lastBid(before entry: Int) -> Int32 {
    var word = entry >> 6
    guard !pageBits.bids.isEmpty else { return -1 }
    var mask: UInt64
    if word >= pageBits.bids.count {
      word = pageBits.bids.count - 1
      mask = pageBits.bids[word]
    } else {
      mask = pageBits.bids[word] & ((1 << UInt64(entry & 63)) - 1)
    }
    while mask == 0 {
      guard word > 0 else { return -1 }
      word -= 1
      mask = pageBits.bids[word]
    }
    let found = word << 6 + 63 - mask.leadingZeroBitCount
    let base = Int(directory[found]) * 16
    for word in stride(from: Self.wordsPerPage - 1, through: 0, by: -1) {
      let mask = bits[base + word]
      if mask != 0 {
        return Int32(found << Int(Self.pageShift) + word << 6 + 63 - mask.leadingZeroBitCount)
      }
    }
    preconditionFailure("a page that is marked as used has a used tick")
  }

  /// Returns the lowest ask in pages after a directory entry.
  private func firstAsk(after entry: Int) -> Int32 {
    var word = (entry + 1) >> 6
    guard word < pageBits.asks.count else { return .max }
    var mask = pageBits.asks[word] & (~0 << UInt64((entry + 1) & 63))
    while mask == 0 {
      word += 1
      guard word < pageBits.asks.count else { return .max }
      mask = pageBits.asks[word]
    }
    let found = word << 6 + mask.trailingZeroBitCount
    let base = Int(directory[found]) * 16 + 8
    for word in 0..<Self.wordsPerPage {
      let mask = bits[base + word]
      if mask != 0 {
        return Int32(found << Int(Self.pageShift) + word << 6 + mask.trailingZeroBitCount)
      }
    }
    preconditionFailure("a page that is marked as used has a used tick")
  }

  private mutating func makePage(holding ticks: Int32) -> Int {
    precondition(ticks >= 0 && ticks <= Self.largestTicks, "a price in ticks is in range")
    let entry = Int(ticks >> Self.pageShift)
    while directory.count <= entry {
      directory.append(contentsOf: repeatElement(-1, count: 64))
      pageBits.bids.append(0)
      pageBits.asks.append(0)
    }
    let page: Int32
    if let free = freePages.popLast() {
      page = free
    } else {
      page = Int32(used.count / 2)
      levels.append(contentsOf: repeatElement(PriceLevel(), count: Self.pageSize))
      bits.append(contentsOf: repeatElement(0, count: 2 * Self.wordsPerPage))
      used.append(contentsOf: [0, 0])
    }
    directory[entry] = page
    return Int(page) << Int(Self.pageShift) | Int(ticks) & (Self.pageSize - 1)
  }

  private mutating func dropPage(_ side: BookSide, _ ticks: Int32, _ page: Int) {
    setPageBit(side, ticks, false)
    guard used[page * 2] == 0, used[page * 2 + 1] == 0 else { return }
    directory[Int(ticks >> Self.pageShift)] = -1
    freePages.append(Int32(page))
  }

  private mutating func setPageBit(_ side: BookSide, _ ticks: Int32, _ isUsed: Bool) {
    let entry = Int(ticks >> Self.pageShift)
    let mask: UInt64 = 1 << UInt64(entry & 63)
    switch (side, isUsed) {
    case (.bids, true): pageBits.bids[entry >> 6] |= mask
    case (.bids, false): pageBits.bids[entry >> 6] &= ~mask
    case (.asks, true): pageBits.asks[entry >> 6] |= mask
    case (.asks, false): pageBits.asks[entry >> 6] &= ~mask
    }
  }
}
