// AccountData
