// ExchangeServer
