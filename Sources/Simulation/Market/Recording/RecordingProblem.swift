import JSONText
import Trading
import Units

/// Why a recording cannot be used; the text names the file and the line.
public enum RecordingProblem: Error, Sendable, Hashable {
  /// The file cannot be read.
  case unreadable(file: String, reason: String)
  /// The file is no sound gzip stream.
  case damaged(file: String, reason: String)
  /// The content is larger than a recording may be.
  case tooLarge(file: String, limit: Int)
  /// The file has a header but no rows, or nothing at all.
  case empty(file: String)
  /// The first line is another one than it must be.
  case header(file: String, found: String)
  /// A row has another number of fields than six.
  case fields(file: String, line: Int, count: Int)
  /// A field is not a number that we take.
  case number(file: String, line: Int, column: String, problem: NumberProblem)
  /// A time is no whole count of milliseconds, or none that can have been meant.
  case time(file: String, line: Int, text: String)
  /// A price is not above zero, or a volume below.
  case sign(file: String, line: Int, column: String)
  /// The highest or lowest price does not enclose the others.
  case inconsistent(file: String, line: Int)
  /// A row is older than the one before it.
  case reversed(file: String, line: Int, time: Timestamp)
  /// A row has the time of the one before it.
  case duplicate(file: String, line: Int, time: Timestamp)
  /// Rows are so many milliseconds apart, which is no length of candles.
  case noTimeFrame(file: String, line: Int, milliseconds: Int64)
  /// A row does not begin with a candle of the file's length.
  case misaligned(file: String, line: Int, time: Timestamp)
  /// A line holds no message that we understand.
  case message(file: String, line: Int, problem: JSONProblem)
  /// A book change does not follow the one before it, or the snapshot.
  case sequence(file: String, line: Int, expected: UInt64, found: UInt64)
  /// The file never states a whole book.
  case noBook(file: String)
  /// A single candle tells neither how long it is nor a strategy anything.
  case oneCandle(file: String)
  /// A price or a volume is larger than a market counts.
  case price(file: String, line: Int)
  /// A price has more places in this file than a market counts at its height.
  case places(file: String, line: Int, price: Price)
  /// No candle lies in the stretch that is asked for.
  case outside(file: String, first: Timestamp, end: Timestamp)
  /// Candles of this length do not make such of another.
  case otherFrame(file: String, has: TimeFrame, wanted: TimeFrame)
  /// Of no candle of a longer time frame all parts are there.
  case nothingWhole(file: String, timeFrame: TimeFrame)
  /// Prices in these steps and sizes in those have no exact product.
  case steps(file: String, tick: Price, lot: Contracts?)
  /// The first line of a file of funding is another one than it must be.
  case fundingHeader(file: String, found: String)
  /// Several columns of a file of funding have rates, and it does not say which were charged.
  case fundingColumns(file: String, columns: String)
  /// A row of a file of funding ends before its rate.
  case fundingFields(file: String, line: Int, count: Int)
  /// A file of funding has no settlement.
  case noSettlements(file: String)
}

extension RecordingProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .damaged(let file, let reason): "\(file): damaged gzip data: \(reason)"
    case .tooLarge(let file, let limit): "\(file): larger than \(limit / 1_048_576) MiB"
    case .empty(let file): "\(file): no candles"
    case .header(let file, let found):
      "\(file):1: the header must be \(CandleFile.header), found \(found)"
    case .fields(let file, let line, let count):
      "\(file):\(line): six fields expected, found \(count)"
    case .number(let file, let line, let column, let problem):
      "\(file):\(line): \(column): \(problem)"
    case .time(let file, let line, let text):
      "\(file):\(line): timestamp_ms: no milliseconds since 1970: \(text)"
    case .sign(let file, let line, let column):
      "\(file):\(line): \(column) must be \(column == "volume" ? "zero or above" : "above zero")"
    case .inconsistent(let file, let line):
      "\(file):\(line): high and low do not enclose open and close"
    case .reversed(let file, let line, let time):
      "\(file):\(line): older than the row before it: \(time.isoText)"
    case .duplicate(let file, let line, let time):
      "\(file):\(line): the same time as the row before it: \(time.isoText)"
    case .noTimeFrame(let file, let line, let milliseconds):
      "\(file):\(line): \(milliseconds) ms after the row before it, which is no length of candles"
    case .misaligned(let file, let line, let time):
      "\(file):\(line): does not begin with a candle: \(time.isoText)"
    case .message(let file, let line, let problem): "\(file):\(line): \(problem)"
    case .sequence(let file, let line, let expected, let found):
      "\(file):\(line): a change after \(found), but \(expected) was the last"
    case .noBook(let file): "\(file): no whole book"
    case .price(let file, let line):
      "\(file):\(line): a price or a volume is out of range; volumes are in coins"
    case .oneCandle(let file):
      "\(file): one candle alone tells neither its length nor a strategy anything; name a file "
        + "with more"
    case .places(let file, let line, let price):
      "\(file):\(line): too many places for a price of \(price): a market counts up to "
        + "\(PriceLadder.largestTicks) steps of the finest price in the file; round the prices"
    case .outside(let file, let first, let end):
      "\(file): no candles in the stretch that is asked for; it has those from \(first.isoText) to "
        + "\(end.isoText)"
    case .otherFrame(let file, let has, let wanted):
      "\(file): candles of \(has.rawValue) make none of \(wanted.rawValue); name a longer time "
        + "frame that is a multiple of theirs"
    case .nothingWhole(let file, let frame):
      "\(file): of no candle of \(frame.rawValue) all parts are there; name a shorter time frame "
        + "or another file"
    case .steps(let file, let tick, let lot?):
      "\(file): prices in steps of \(tick) times --lot \(lot) is no exact money in range; name "
        + "another --lot, such as 0.0001"
    case .steps(let file, let tick, nil):
      "\(file): prices in steps of \(tick) times the instrument's own sizes is no exact money in "
        + "range; name a --lot, such as 0.0001"
    case .fundingHeader(let file, let found):
      "\(file):1: the header must be timestamp_ms and a column with rate in its name, found "
        + found
    case .fundingColumns(let file, let columns):
      "\(file):1: several columns have rates (\(columns)) and only one may have been charged: call "
        + "it funding_rate, or leave the others out"
    case .fundingFields(let file, let line, let count):
      "\(file):\(line): a time and a rate expected, found \(count) fields"
    case .noSettlements(let file): "\(file): no funding settlements"
    }
  }
}
