-- Rasa's trackers have a database of their own, which the desk never reads.
CREATE DATABASE rasa;
