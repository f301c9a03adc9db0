// TradingTests
