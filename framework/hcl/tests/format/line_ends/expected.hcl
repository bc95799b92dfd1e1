a  = 1
bc = 2 # x

d {
  e = 1
}
