// GuardModel
